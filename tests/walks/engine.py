"""A stack on the real engine, and walks on it that a seed determines.

They lack what only a run in this process can do: kills, of which `tests/e2e/killed` tries every one, cycles that hang
while the program runs, and months that pass, since the program's clock is that of the machine.
"""

import random
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from tests.e2e.scene import Scene
from tests.e2e.workspace import Run, Workspace, configuration
from tests.walks import faults
from tests.walks.clock import Clock
from tests.walks.config import Config
from tests.walks.cycles import INTERVAL_S
from tests.walks.stack import Outcome, Seen
from tests.walks.tenant import Tenant
from tests.walks.walk import BY_HAND, TAMPERINGS, Walk

_CHANGES = 7  # the exit code of `--expect-no-changes` if there are some
_SETTINGS: Mapping[str, Sequence[str]] = {
    "old_token_ends": ("use", "delay"),
    "second_rotation": ("replaces", "adds", "shifts"),
    "entra_reads": ("cycle", "request"),
    "token_shape": ("object", "token_only", "epoch_ms", "text", "jwt"),
}
Step = tuple[str, dict[str, Any]]


class EngineStack:
    """The commands of the engine on one workspace."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    def up(self, config: Config, *, refresh: bool, cut: str) -> Outcome:
        assert not cut, "a walk on the engine kills nothing"
        self._configure(config)
        return _outcome(self._workspace.up(*(["--refresh"] if refresh else [])))

    def refresh(self) -> Outcome:
        return _outcome(self._workspace.pulumi("refresh", "--yes", "--skip-preview"))

    def drift(self, config: Config) -> Outcome:
        self._configure(config)
        seen = self._workspace.preview("--refresh")
        return Outcome(changes=[seen.text]) if seen.code == _CHANGES else _outcome(seen)

    def destroy(self, cut: str) -> Outcome:
        raise NotImplementedError("a walk on the engine keeps its application")

    def token(self) -> str:
        return str(self._outputs().get("ScimProxyToken", {}).get("fingerprint", ""))

    def has_adopted(self) -> bool:
        return bool(self._outputs().get("ScimProxyToken", {}).get("adopted"))

    def seen(self) -> Seen | None:
        by_type = self._outputs()
        token, status = by_type.get("ScimProxyToken"), by_type.get("ProvisioningStatus")
        if not token or not status:
            return None
        return Seen(
            token=token["fingerprint"],
            previous="?",
            state=token["state"],
            adopted=token["adopted"],
            status_of=status["token_fingerprint"],
            overlap=status["overlap"],
            credentials=status["credentials_state"],
            schedule=status["schedule_state"],
        )

    def _outputs(self) -> dict[str, dict[str, Any]]:
        """Return the outputs of the program's resources by their types."""
        return {each["type"].rpartition(":")[2]: each.get("outputs", {}) for each in self._workspace.resources()}

    def _configure(self, config: Config) -> None:
        token = {
            "every": "60d",
            "removeCurrent": config.remove_current,
            "adoptExisting": config.adopt_existing,
            "rotateWhenChanged": {"n": str(config.trigger)},
        }
        actions = ["create", "delete", *(["update"] if config.updates else [])]
        self._workspace.configure(
            configuration(
                self._workspace.world,
                token=token,
                provisioning={"status": "on" if config.on else "off"},
                mappings={"users": {"actions": actions}},
            )
        )


def steps(seed: int, count: int) -> list[Step]:
    """Draw a walk: each step is a method of `Walk` with its arguments."""
    draw = random.Random(seed)  # noqa: S311 - a walk that can be repeated
    return [_step(draw) for _ in range(count)]


def _step(draw: random.Random) -> Step:
    choices: list[Step] = [
        ("up", {"refresh": draw.random() < 0.5}),
        ("rotate", {"at_once": draw.random() < 0.25}),
        ("rotate", {"at_once": False}),
        ("refresh", {}),
        ("drift", {}),
        ("configure", {"on": draw.random() < 0.75, "updates": draw.random() < 0.5}),
        ("tamper", {"what": draw.choice(sorted(TAMPERINGS))}),
        ("by_hand", {"what": draw.choice(BY_HAND)}),
        ("time_passes", {"how": draw.choice(["a minute", "an interval"])}),
        *2 * [("fault", _fault(draw))],
    ]
    return draw.choice(choices)


def _fault(draw: random.Random) -> dict[str, Any]:
    what, harm = draw.choice(sorted(faults.TARGETS)), draw.choice(sorted(faults.HARMS))
    return {"what": what, "harm": harm, "skip": draw.randint(0, 1), "times": 1}


def walked(scene: Scene, seed: int, count: int) -> str:
    """Walk on the engine; return what went wrong, with the walk as lines of a test, "" if nothing did."""
    told = [f"seed {seed}"]
    try:
        walk = begun(scene, seed)
        for name, arguments in [*steps(seed, count), ("end", {})]:
            told.append(f"walk.{name}({', '.join(f'{key}={value!r}' for key, value in arguments.items())})")
            if walk.may(name, arguments):
                getattr(walk, name)(**arguments)
                # What is only set in motion or changed in the stack file shows in the next run.
                if name in ("rotate", "configure", "fault"):
                    told.append("walk.up()")
                    walk.up()
            walk.check()
    except Exception as error:  # noqa: BLE001 - every walk is walked, and each failure is a part of the account
        return "\n".join([*told, f"{type(error).__name__}: {error}"])
    return ""


def begun(scene: Scene, seed: int) -> Walk:
    """Bring a deployed stack back and begin a walk on it, with services that a seed chooses."""
    scene.restore({})
    workspace = scene.workspace
    draw = random.Random(seed)  # noqa: S311 - a walk that can be repeated
    chosen = {name: draw.choice(choices) for name, choices in _SETTINGS.items()}
    workspace.world.control("DELETE", "/requests")
    workspace.world.set(cycle_interval_s=INTERVAL_S, quarantine_ladder_s=[INTERVAL_S], turnover_per_cycle=1, **chosen)
    (job,) = workspace.world.control("GET")["jobs"]
    tenant = Tenant(workspace.world, job["servicePrincipalId"], group="")
    return Walk(tenant, Clock(workspace.world, timedelta()), EngineStack(workspace))


def _outcome(run: Run) -> Outcome:
    return Outcome(error=run.text if run.code else "")
