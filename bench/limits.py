"""What the project promises about its speed, and whether a result keeps it."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from bench.pairs import Pairs

NO_OP_TIMES = 2.0
NO_OP_MORE_S = 1.5
CREATE_MORE_S = 6.0
SANDBOX_START_S = 2.0


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
class Result:
    """All that one run of the benchmark measured; `stand_in` is the azuread plugin that was used."""

    stand_in: bool
    sandbox_starts: Sequence[float]
    no_op: Pairs
    create: Pairs

    @property
    def sandbox_start_s(self) -> float:
        """Return the median of the starts."""
        return median(self.sandbox_starts)

    @property
    def limits(self) -> list[Limit]:
        """Return every limit; that of the create is for the stand-in alone, as the real plugin waits by design."""
        create = Limit("create, ours above empty", self.create.more_s, CREATE_MORE_S, "s")
        return [
            Limit("no-op, ours to empty", self.no_op.times, NO_OP_TIMES, "times"),
            Limit("no-op, ours above empty", self.no_op.more_s, NO_OP_MORE_S, "s"),
            *([create] if self.stand_in else []),
            Limit("start of the sandbox", self.sandbox_start_s, SANDBOX_START_S, "s"),
        ]
