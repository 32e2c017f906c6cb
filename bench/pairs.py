"""What was measured of two programs in alternation, and the numbers that are compared."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median, median_low


@dataclass(frozen=True)
class Sample:
    """One run of one program: its seconds, what they were spent on, and the HTTP exchanges it caused."""

    seconds: float
    phases: Mapping[str, float]
    exchanges: Mapping[str, int]


@dataclass(frozen=True)
class Pairs:
    """As many runs of our program as of the empty one."""

    ours: Sequence[Sample]
    empty: Sequence[Sample]

    @property
    def ours_s(self) -> float:
        """Return the median of our program's seconds."""
        return median(sample.seconds for sample in self.ours)

    @property
    def empty_s(self) -> float:
        """Return the median of the empty program's seconds."""
        return median(sample.seconds for sample in self.empty)

    @property
    def more_s(self) -> float:
        """Return how many seconds more ours takes."""
        return self.ours_s - self.empty_s

    @property
    def times(self) -> float:
        """Return how many times as long ours takes."""
        return self.ours_s / self.empty_s


def phase_medians(samples: Sequence[Sample]) -> dict[str, float]:
    """Return the median of each phase; they need not add up to the median of the whole."""
    return {name: median(sample.phases[name] for sample in samples) for name in samples[0].phases}


def exchange_medians(samples: Sequence[Sample]) -> dict[str, int]:
    """Return the median of each count, as a number that occurred."""
    return {name: median_low([sample.exchanges[name] for sample in samples]) for name in samples[0].exchanges}
