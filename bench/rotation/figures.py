"""The numbers of one case, as arithmetic over its story."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from bench.rotation.story import Exchange, Story


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

    @property
    def tested(self) -> list[float]:
        """Return the seconds from rotate to tested, of the rotations that came to that."""
        return [one.tested for one in self.rotations if one.tested is not None]

    @property
    def left_to_entra(self) -> int:
        """Count the rotations whose run ended before the test, so that Entra's next cycle finishes them."""
        return sum(1 for one in self.rotations if one.tested is None)

    @property
    def unhealed(self) -> int:
        """Count the rotations after whose failures no push succeeded until the next one."""
        return sum(1 for one in self.rotations if one.failures and one.healed is None)


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
