"""What is measured: every way to rotate, under every way in which the services may behave.

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

# Requests a second at most: a little more than the 25 that are asked of a target, so that 25 are left with the pauses
# between two cycles.
_PACE, _SLOW_PACE = 32, 5
# People who come and go before a cycle, each worth five requests. A cycle lasts as long as there is to push, and the
# next one follows at once, so nearly every rotation falls into a cycle that began with the old token. If the program
# waits for the end of that cycle it is short, two seconds or so; if it does not, long, so that most are hit.
_SHORT, _LONG = 14, 80
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
    rotations: int

    @property
    def words(self) -> tuple[str, ...]:
        """Return the words that name the case; what a second rotation does shows only if there is one."""
        second = (self.second,) if self.kind == LOST_ANSWER else ()
        return (self.kind, self.reads, self.ends, *second)

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
        slow = self.kind == LONG_CYCLES
        return {
            "cycle_interval_s": 1,
            "entra_reads": self.reads,
            "old_token_ends": self.ends,
            "old_token_delay_s": _OLD_TOKEN_DELAY_S,
            "second_rotation": self.second,
            "requests_per_s": _SLOW_PACE if slow else _PACE,
            "turnover_per_cycle": _SHORT if self.promises_no_failure and not slow else _LONG,
        }


def every(rotations: int) -> list[Case]:
    """List every case: both ways to rotate, then lost answers in the six ways, then cycles longer than the wait.

    The last two have a quarter and a tenth of the rotations: they take long, and one is like the other.
    """
    few, fewer = max(1, rotations // 4), max(1, rotations // 10)
    behaviours = [(reads, ends) for reads in READS for ends in ENDS]
    return [
        *(Case(kind, *each, "replaces", rotations) for kind in (OVERLAP, REMOVE_CURRENT) for each in behaviours),
        *(Case(LOST_ANSWER, *each, second, few) for second in SECOND for each in behaviours),
        *(Case(LONG_CYCLES, reads, "use", "replaces", fewer) for reads in READS),
    ]


def chosen(cases: Collection[Case], words: Collection[str]) -> list[Case]:
    """Return the cases that have all the words."""
    return [case for case in cases if set(words) <= set(case.words)]
