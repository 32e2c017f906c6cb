"""How fast the engine sends: one request at a time, and no more in a second than a world's setting allows.

Entra asks of a target that it takes at least 25 requests a second (Microsoft, "Develop and plan provisioning for a SCIM
endpoint"); how fast it really sends is not published.
"""

import asyncio
import time

_ARREARS_S = 1.0


class Pace:
    """The turns of one client; `per_second` 0 lets it go as fast as it can."""

    def __init__(self, per_second: int) -> None:
        self._gap_s = 1 / per_second if per_second else 0.0
        self._due = time.monotonic()

    async def turn(self) -> None:
        """Wait for the next turn."""
        if not self._gap_s:
            return
        now = time.monotonic()
        self._due = caught_up(self._due, now)
        await asyncio.sleep(max(0.0, self._due - now))
        self._due += self._gap_s


def caught_up(due: float, now: float) -> float:
    """Return when a turn is due that was due then: time that was lost is caught up with, a second of it at most."""
    return max(due, now - _ARREARS_S)
