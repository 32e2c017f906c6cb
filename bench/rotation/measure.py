"""One case after the other: a stack deployed to a new world, then rotation upon rotation while the engine pushes."""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from bench import programs, services
from bench.programs import Program
from bench.rotation import figures
from bench.rotation.cases import LOST_ANSWER, REMOVE_CURRENT, Case
from bench.rotation.figures import Figures
from bench.rotation.steering import WORLD, Steering
from bench.rotation.story import Story, StoryEntry, told
from launcher.deployment.environment import service_settings, without_proxy
from launcher.deployment.preparation import Prepared, Toolchain
from launcher.errors import WaitError
from launcher.locks import wait_until
from launcher.progress import Progress, working

TRIGGER = f"{programs.TOKEN}.rotateWhenChanged.rotation"
RUNS_AT_MOST = 5  # a rotation may wait until the one before it is finished
CYCLE_S = 240.0
AS_THE_REAL_PLUGIN = {
    "AZUREAD_STAND_IN_POLL_S": "5"
}  # the stand-in then waits 20 s after each save, as the real one does


@dataclass(frozen=True)
class Measured:
    """A case, what happened in it, and the numbers; `recovered`: a cycle ended well after the last rotation."""

    case: Case
    story: Story
    figures: Figures
    recovered: bool

    @property
    def keeps_its_promise(self) -> bool:
        """Return whether no push failed if none may, and whether the next cycle healed those that did."""
        failed = self.figures.failures if self.case.promises_no_failure else 0
        return not failed and not self.figures.unhealed and self.recovered


@dataclass
class Recording:
    """The request log as it grows, fetched run by run: the sandbox keeps only the latest of it."""

    steering: Steering
    last: int
    entries: list[StoryEntry] = field(default_factory=list[StoryEntry])
    run_ends: list[int] = field(default_factory=list[int])

    def fetch(self) -> list[StoryEntry]:
        """Take over what is new and return it."""
        fresh = self.steering.entries(self.last)
        self.last = max((entry["seq"] for entry in fresh), default=self.last)
        self.entries += fresh
        return fresh

    def end_run(self) -> bool:
        """Note that a run has ended; return whether it rotated."""
        fresh = self.fetch()
        self.run_ends.append(self.last)
        return any(one["path"].endswith("/rotate") and one["status"] == 200 for one in fresh)


def measured(tools: Toolchain, folder: Path, cases: Sequence[Case]) -> Iterator[Measured]:
    """Measure the cases, one after the other, in a folder, which the caller removes."""
    with services.running(tools.python, folder / "sandbox") as sandbox:
        steering = Steering(sandbox.entra, sandbox.state)
        world = steering.world(WORLD)
        settings = {**service_settings(world, sandbox.state), **without_proxy(os.environ)}
        environment = {**Prepared(tools, steering, {**settings, **tools.settings}).environment, **AS_THE_REAL_PLUGIN}
        program = programs.ours(folder / "ours", tools.pulumi, environment, world.tenant_id, sandbox.greenlake)
        for number, case in enumerate(cases, 1):
            yield _measured(case, number, len(cases), program, steering)


def _measured(case: Case, number: int, of: int, program: Program, steering: Steering) -> Measured:
    with working(f"{number} of {of}: {case.name}") as progress:
        recording = _deployed(case, _configured(program, case), steering, progress)
        for rotation in range(1, case.rotations + 1):
            _rotate(case, rotation, program, recording, progress)
        recovered = _goes_on(steering, progress)
        recording.fetch()
        story = told(recording.entries, steering.tokens(), recording.run_ends)
    return Measured(case, story, figures.counted(story), recovered)


def _configured(program: Program, case: Case) -> Program:
    token = {"every": programs.EVERY, "removeCurrent": case.kind == REMOVE_CURRENT}
    return replace(program, config={**program.config, programs.TOKEN: token})


def _deployed(case: Case, program: Program, steering: Steering, progress: Progress) -> Recording:
    """Deploy from nothing and wait until the engine pushes what changes."""
    steering.begin(case.settings)
    program.renew_stack(progress, "new stack")
    program.up(progress, "first up")
    if not _goes_on(steering, progress):
        raise WaitError(f"no provisioning cycle of the benchmark ended within {CYCLE_S:.0f} s: let the machine rest")
    recording = Recording(steering, steering.last_request())
    recording.fetch()
    return recording


def _rotate(case: Case, rotation: int, program: Program, recording: Recording, progress: Progress) -> None:
    detail = f"rotation {rotation} of {case.rotations}"
    program.configure(TRIGGER, f"number {rotation}", progress, detail)
    if case.kind == LOST_ANSWER:
        recording.steering.lose_an_answer()
    for _ in range(RUNS_AT_MOST):
        program.up(progress, detail)
        if recording.end_run():
            return
    raise WaitError(f"nothing was rotated in {RUNS_AT_MOST} runs of `pulumi up`: the rotation before was not finished")


def _goes_on(steering: Steering, progress: Progress) -> bool:
    """Wait until a cycle has ended well with the newest token; False if none did in time."""
    before: list[object] = []

    def ended_well() -> bool:
        if not steering.tokens()[-1]["used_at"]:
            return False
        last = steering.last_cycle()
        before[:] = before or [last]
        return last is not None and last != before[0] and last.get("state") == "Succeeded"

    return wait_until(ended_well, seconds=CYCLE_S, progress=progress, detail="the next cycle")
