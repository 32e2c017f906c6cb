"""What is measured: every way to rotate, under every way in which the services may behave, and how fast they push.

The words of a case are its name, what `--only` chooses by, and the world settings behind it.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

OVERLAP = "overlap"
REMOVE_CURRENT = "remove-current"
LOST_ANSWER = "lost-answer"
LONG_CYCLES = "long-cycles"

READS = ("cycle", "request")
ENDS = ("use", "delay")
SECOND = ("replaces", "adds", "shifts")
PACED, FASTEST, SLOW = "25", "max", "5"
RATE_PROMISED = 25.0

# Requests a second at most: a little more than is asked for, so that 25 are left with the pauses between two cycles.
_PACE = {PACED: 32, FASTEST: 0, SLOW: 5}
# People who come and go before a cycle, each worth five requests. A cycle lasts as long as there is to push, and the
# next one follows at once, so nearly every rotation falls into a cycle that began with the old token. If the program
# waits for the end of that cycle it is short, two seconds or so; if it does not, long, so that most are hit.
_TURNOVER = {PACED: 14, FASTEST: 80, SLOW: 80}
_TURNOVER_WITHOUT_WAIT = 80
_OLD_TOKEN_DELAY_S = 2


@dataclass(frozen=True)
class Case:
    """One way to rotate.

    `reads`, `ends` and `second` are the world's settings `entra_reads`, `old_token_ends` and `second_rotation`.
    """

    kind: str
    reads: str
    ends: str
    second: str
    rate: str
    rotations: int

    @property
    def words(self) -> tuple[str, ...]:
        """Return the words that name the case; what a second rotation does shows only if there is one."""
        second = (self.second,) if self.kind == LOST_ANSWER else ()
        return (self.kind, self.reads, self.ends, *second, self.rate)

    @property
    def name(self) -> str:
        """Return the words as one line."""
        return " ".join(self.words)

    @property
    def promises_no_failure(self) -> bool:
        """Return whether no push may fail: the old token lives on, unless a second rotation ends the one in use."""
        return self.kind != REMOVE_CURRENT and not (self.kind == LOST_ANSWER and self.second == "shifts")

    @property
    def settings(self) -> Mapping[str, object]:
        """Return the settings of the world. A cycle follows upon the last one at once."""
        return {
            "cycle_interval_s": 1,
            "entra_reads": self.reads,
            "old_token_ends": self.ends,
            "old_token_delay_s": _OLD_TOKEN_DELAY_S,
            "second_rotation": self.second,
            "requests_per_s": _PACE[self.rate],
            "turnover_per_cycle": _TURNOVER[self.rate] if self.promises_no_failure else _TURNOVER_WITHOUT_WAIT,
        }


def every(rotations: int) -> list[Case]:
    """List every case: the matrix, then lost answers in the six ways, then cycles longer than the program waits.

    The last two have a quarter and a tenth of the rotations: they take long, and one is like the other.
    """
    few, fewer = max(1, rotations // 4), max(1, rotations // 10)
    matrix = [
        Case(kind, reads, ends, "replaces", rate, rotations)
        for rate in (PACED, FASTEST)
        for kind in (OVERLAP, REMOVE_CURRENT)
        for reads in READS
        for ends in ENDS
    ]
    lost = [Case(LOST_ANSWER, reads, ends, second, PACED, few) for second in SECOND for ends in ENDS for reads in READS]
    return [*matrix, *lost, *(Case(LONG_CYCLES, reads, "use", "replaces", SLOW, fewer) for reads in READS)]


def chosen(cases: Collection[Case], words: Collection[str]) -> list[Case]:
    """Return the cases that have all the words."""
    return [case for case in cases if set(words) <= set(case.words)]
