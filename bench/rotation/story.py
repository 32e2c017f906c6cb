"""What happened in one case, by the sandbox's request log and its list of tokens, and the figures of it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, Field

from launcher.deployment.sandbox_control import Json

Kind = Literal["push", "rotate", "save", "test", "other"]
Step = Literal["saved", "tested", "healed"]

_REFUSED = (401, 403)
_KINDS: dict[tuple[str, str], Kind] = {
    ("POST", "rotate"): "rotate",
    ("PUT", "secrets"): "save",
    ("POST", "validateCredentials"): "test",
}


def _seconds(value: object) -> object:
    return datetime.fromisoformat(value.replace("Z", "+00:00")).timestamp() if isinstance(value, str) else value


Moment = Annotated[float, BeforeValidator(_seconds)]
"""Seconds since 1970."""


class Exchange(BaseModel):
    """A request; `status` is 0 for no answer, `token` the fingerprint of what a push presented."""

    seq: int
    came: Moment = Field(alias="at")
    duration_ms: float
    method: str
    path: str
    status: int
    client: str
    token: str

    @property
    def left(self) -> float:
        """Return when it was answered."""
        return self.came + self.duration_ms / 1000

    @property
    def kind(self) -> Kind:
        """Return what it was for; Entra's provisioning engine sends the pushes."""
        return "push" if self.client == "engine" else _KINDS.get((self.method, self.path.rpartition("/")[2]), "other")

    @property
    def succeeded(self) -> bool:
        """Return whether it was answered, and not with a refusal of its credentials."""
        return self.status not in (0, *_REFUSED)


class Token(BaseModel):
    """A token and its issue."""

    fingerprint: str
    issued: Moment = Field(alias="issued_at")


@dataclass(frozen=True)
class Rotation:
    """One rotation, in seconds from the request to GreenLake; None for a step that never happened.

    `saved`: Entra had the new token. `tested`: Entra's test of it had succeeded, within the run that rotated. `healed`:
    a push succeeded again after the last one that failed. `failures` counts those until the next rotation.
    """

    began: float
    saved: float | None
    tested: float | None
    healed: float | None
    failures: int


class Story(BaseModel):
    """One case: all exchanges in the order in which they came, every token, and the last request of each `up`.

    Its figures count from the first rotation on; there must be one that succeeded.
    """

    exchanges: list[Exchange]
    tokens: list[Token]
    run_ends: list[int]

    def of(self, kind: Kind, since: float = 0, until: float = float("inf")) -> list[Exchange]:
        """List the exchanges of a kind that came in a time."""
        return [one for one in self.exchanges if one.kind == kind and since <= one.came < until]

    @cached_property
    def rotations(self) -> Sequence[Rotation]:
        """List the rotations that succeeded."""
        rotates = [one for one in self.of("rotate") if one.succeeded]
        ends = [*(one.came for one in rotates[1:]), float("inf")]
        return [self._rotation(one, end) for one, end in zip(rotates, ends, strict=True)]

    @property
    def pushes(self) -> Sequence[Exchange]:
        """List the pushes."""
        return self.of("push", self.rotations[0].began)

    @property
    def rate(self) -> float:
        """Return the pushes a second."""
        return len(self.pushes) / (self.pushes[-1].left - self.rotations[0].began) if self.pushes else 0.0

    @property
    def failures(self) -> int:
        """Count the pushes that failed."""
        return sum(not push.succeeded for push in self.pushes)

    @property
    def with_an_old_token(self) -> int:
        """Count the pushes that succeeded with a token that was not the newest any more."""
        return sum(push.succeeded and push.token != self._newest(push.came) for push in self.pushes)

    def seconds_until(self, step: Step) -> list[float]:
        """Return the seconds from rotate to a step, of the rotations that came to that."""
        return [seconds for one in self.rotations if (seconds := getattr(one, step)) is not None]

    @property
    def left_to_entra(self) -> int:
        """Count the rotations whose run ended before the test, so that Entra's next cycle finishes them."""
        return len(self.rotations) - len(self.seconds_until("tested"))

    @property
    def hit(self) -> int:
        """Count the rotations after which a push failed."""
        return sum(one.failures > 0 for one in self.rotations)

    @property
    def unhealed(self) -> int:
        """Count the rotations after whose failures no push succeeded until the next one."""
        return self.hit - len(self.seconds_until("healed"))

    def _newest(self, moment: float) -> str:
        return max((token.issued, token.fingerprint) for token in self.tokens if token.issued <= moment)[1]

    def _rotation(self, rotate: Exchange, until: float) -> Rotation:
        run_end = min((seq for seq in self.run_ends if seq >= rotate.seq), default=rotate.seq)
        pushes = self.of("push", rotate.came, until)
        failed = [one for one in pushes if not one.succeeded]

        def first(found: Iterable[Exchange]) -> float | None:
            return next((one.left - rotate.came for one in found), None)

        def of_run(kind: Kind) -> Iterable[Exchange]:
            return (one for one in self.of(kind, rotate.came) if one.seq <= run_end and one.status == 204)

        return Rotation(
            rotate.came,
            saved=first(of_run("save")),
            tested=first(of_run("test")),
            healed=first(one for one in pushes if failed and one.came > failed[-1].came),
            failures=len(failed),
        )


def read_story(entries: Iterable[Json], tokens: Iterable[Json], run_ends: Sequence[int]) -> Story:
    """Read a story from what the control API lists."""
    exchanges = sorted(map(Exchange.model_validate, entries), key=lambda one: one.came)
    return Story(exchanges=exchanges, tokens=list(map(Token.model_validate, tokens)), run_ends=list(run_ends))
