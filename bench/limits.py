"""What the project promises about its speed, and whether a result keeps it; seconds are medians of the counted runs."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

NO_OP_TIMES = 2.0
NO_OP_MORE_S = 1.5
CREATE_MORE_S = 6.0
SANDBOX_START_S = 2.0
REAL = "azuread plugin: the real one; its own waits, 20 s for each of some resources, count, and create has no limit"

STAND_IN = "azuread plugin: the sandbox's stand-in"


@dataclass(frozen=True)
class Limit:
    """A measured value and the most that it may be."""

    name: str
    value: float
    most: float
    unit: str

    @property
    def holds(self) -> bool:
        """Return whether the promise is kept."""
        return self.value <= self.most


@dataclass(frozen=True)
class Pairs:
    """The seconds of as many runs of our program as of the empty one."""

    ours: Sequence[float]
    empty: Sequence[float]

    @property
    def more_s(self) -> float:
        """Return how many seconds more ours takes."""
        return median(self.ours) - median(self.empty)

    @property
    def times(self) -> float:
        """Return how many times as long ours takes."""
        return median(self.ours) / median(self.empty)


@dataclass(frozen=True)
class Result:
    """All that one run of the benchmark measured; `stand_in`: the azuread plugin was not the real one."""

    stand_in: bool
    sandbox_starts: Sequence[float]
    no_op: Pairs
    create: Pairs

    @property
    def limits(self) -> list[Limit]:
        """Return every limit; that of the create is for the stand-in alone, as the real plugin waits by design."""
        create = Limit("create, ours above empty", self.create.more_s, CREATE_MORE_S, "s")
        return [
            Limit("no-op, ours to empty", self.no_op.times, NO_OP_TIMES, "times"),
            Limit("no-op, ours above empty", self.no_op.more_s, NO_OP_MORE_S, "s"),
            *([create] if self.stand_in else []),
            Limit("start of the sandbox", median(self.sandbox_starts), SANDBOX_START_S, "s"),
        ]

    @property
    def text(self) -> str:
        """Return the medians as a table, and a line for each limit."""
        rows = [
            f"{name:<26}{_s(median(pairs.ours))}{_s(median(pairs.empty))}{_s(pairs.more_s)}{pairs.times:>9.2f}"
            for name, pairs in (("no-op", self.no_op), ("create", self.create))
        ]
        heading = f"{f'median of {len(self.no_op.ours)}':<26}{'ours':>9}{'empty':>9}{'more':>9}{'times':>9}"
        verdicts = [
            f"{'holds' if limit.holds else 'BROKEN':<8}{limit.name:<27}{limit.value:.2f} {limit.unit}, "
            f"at most {limit.most:g}"
            for limit in self.limits
        ]
        return "\n".join([STAND_IN if self.stand_in else REAL, "", heading, *rows, "", *verdicts])


def _s(seconds: float) -> str:
    return f"{seconds:>7.2f} s"
