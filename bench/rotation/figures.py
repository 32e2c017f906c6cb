"""What happened in one case, by the sandbox's request log and its list of tokens, and the numbers of it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, Field

from launcher.deployment.sandbox_control import Json

Kind = Literal["push", "rotate", "save", "test", "other"]

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


class TokenLife(BaseModel):
    """A token's issue, first use and end; None if it was never used, or has not ended."""

    fingerprint: str
    issued: Moment = Field(alias="issued_at")
    used: Moment | None = Field(alias="used_at")
    ended: Moment | None = Field(alias="ended_at")


class Story(BaseModel):
    """One case: all exchanges in the order in which they came, every token, and the last request of each `up`."""

    exchanges: list[Exchange]
    tokens: list[TokenLife]
    run_ends: list[int]

    def of(self, kind: Kind) -> list[Exchange]:
        """List the exchanges of a kind."""
        return [one for one in self.exchanges if one.kind == kind]


def read_story(entries: Iterable[Json], tokens: Iterable[Json], run_ends: Sequence[int]) -> Story:
    """Read a story from what the control API lists."""
    exchanges = sorted(map(Exchange.model_validate, entries), key=lambda one: one.came)
    return Story(exchanges=exchanges, tokens=list(map(TokenLife.model_validate, tokens)), run_ends=list(run_ends))


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


@dataclass(frozen=True)
class Figures:
    """What is published of a case; seconds, and pushes a second.

    `overlapping`: pushes that succeeded with a token that was not the newest any more.
    """

    pushes: int
    failures: int
    rate: float
    longest_gap: float
    overlapping: int
    rotations: Sequence[Rotation]

    def until(self, step: Literal["saved", "tested", "healed"]) -> list[float]:
        """Return the seconds from rotate to a step, of the rotations that came to that."""
        return [seconds for one in self.rotations if (seconds := getattr(one, step)) is not None]

    @property
    def left_to_entra(self) -> int:
        """Count the rotations whose run ended before the test, so that Entra's next cycle finishes them."""
        return len(self.rotations) - len(self.until("tested"))

    @property
    def hit(self) -> int:
        """Count the rotations after which a push failed."""
        return sum(1 for one in self.rotations if one.failures)

    @property
    def unhealed(self) -> int:
        """Count the rotations after whose failures no push succeeded until the next one."""
        return self.hit - len(self.until("healed"))


def counted(story: Story) -> Figures:
    """Count from the first rotation on; the story must have a rotation that succeeded."""
    rotates = [one for one in story.of("rotate") if one.succeeded]
    pushes = [one for one in story.of("push") if one.came >= rotates[0].came]
    until = [*(one.came for one in rotates[1:]), float("inf")]
    return Figures(
        pushes=len(pushes),
        failures=sum(1 for push in pushes if not push.succeeded),
        rate=len(pushes) / (pushes[-1].left - rotates[0].came) if pushes else 0.0,
        longest_gap=_longest_gap(story, rotates[0].came),
        overlapping=_overlapping(story, pushes),
        rotations=[_rotation(story, one, end) for one, end in zip(rotates, until, strict=True)],
    )


def _longest_gap(story: Story, since: float) -> float:
    """Return the longest time between two pushes that succeeded, of which the later one came after a moment."""
    good = [push.came for push in story.of("push") if push.succeeded]
    return max((later - before for before, later in pairwise(good) if later >= since), default=0.0)


def _overlapping(story: Story, pushes: Sequence[Exchange]) -> int:
    def newest(moment: float) -> str:
        return max((token.issued, token.fingerprint) for token in story.tokens if token.issued <= moment)[1]

    return sum(1 for push in pushes if push.succeeded and push.token != newest(push.came))


def _rotation(story: Story, rotate: Exchange, until: float) -> Rotation:
    run_end = min((seq for seq in story.run_ends if seq >= rotate.seq), default=rotate.seq)
    run = [one for one in story.exchanges if one.came >= rotate.came and one.seq <= run_end and one.status == 204]
    pushes = [one for one in story.of("push") if rotate.came <= one.came < until]
    failed = [one for one in pushes if not one.succeeded]
    return Rotation(
        rotate.came,
        saved=_first_end(rotate, (one for one in run if one.kind == "save")),
        tested=_first_end(rotate, (one for one in run if one.kind == "test")),
        healed=_first_end(rotate, (one for one in pushes if failed and one.came > failed[-1].came)),
        failures=len(failed),
    )


def _first_end(rotate: Exchange, found: Iterable[Exchange]) -> float | None:
    """Return the seconds until the first of some exchanges has ended, counted from a rotation."""
    return next((one.left - rotate.came for one in found), None)
