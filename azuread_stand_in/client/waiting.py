"""The wait until what was written can be read. The real plugin polls every 5 s and wants five good polls in a row.

The stand-in does not wait unless a read shows that reads lag. With `GAP` in its environment it waits as the real plugin
does, with that many seconds between two polls instead of 5: `AZUREAD_STAND_IN_POLL_S=5` takes as long as the real one.
"""

import asyncio
import os
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from azuread_stand_in.errors import StandInError

GAP = "AZUREAD_STAND_IN_POLL_S"
_GOOD_POLLS = 5


@dataclass(frozen=True)
class Polling:
    """How to poll: `gap_s` between two polls, twice that from the second poll on that was not good if it `slows`.

    `first_is_enough`: a write that the first poll sees is waited for no more.
    """

    gap_s: float
    most_polls: int
    slows: bool
    first_is_enough: bool

    def gap(self, misses: int) -> float:
        """Return the seconds until the next poll, after that many which were not good."""
        return self.gap_s * (2 if self.slows and misses > 1 else 1)


# A tenth of the real gap: five good polls take 2 s, the longest lag that they cover, for which nine are enough.
QUICK = Polling(0.5, 12, slows=False, first_is_enough=True)


def polling(environ: Mapping[str, str]) -> Polling:
    """Return how the environment asks to poll; the real plugin gives up after 300 s, in which it polls 31 times."""
    gap = environ.get(GAP)
    return Polling(float(gap), 31, slows=True, first_is_enough=False) if gap else QUICK


async def settle(good: Callable[[], Awaitable[bool]], otherwise: str) -> None:
    """Poll, the first time at once, until enough polls in a row are good. Raises `StandInError` with `otherwise`."""
    how = polling(os.environ)
    in_a_row, misses = (_GOOD_POLLS - 1 if how.first_is_enough else 0), 0
    for _ in range(how.most_polls):
        if await good():
            in_a_row += 1
        else:
            in_a_row, misses = 0, misses + 1
        if in_a_row == _GOOD_POLLS:
            return
        await asyncio.sleep(how.gap(misses))
    raise StandInError(otherwise)
