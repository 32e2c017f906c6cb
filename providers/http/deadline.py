"""How long anything of ours may take, in one place, because a killed run's plugin goes on until its call has ended.

A clean-up after a killed run waits `ORPHAN_SECONDS` from its last sign of life; no verb can outlive that.
"""

import time
from dataclasses import dataclass, field

ATTEMPT_SECONDS = 20.0  # one request: Graph takes some 10 s to store a large schema
CALL_SECONDS = 45.0  # one call with its retries: longer than Graph's usual Retry-After, short enough for a person
VERB_SECONDS = 90.0  # create, read, update or delete as a whole, waits between its calls included
ORPHAN_SECONDS = VERB_SECONDS + ATTEMPT_SECONDS  # the last request may start just before the verb's time is up


@dataclass(frozen=True)
class Deadline:
    """A moment on the monotonic clock after which nothing new is begun."""

    at: float = field(default_factory=lambda: time.monotonic() + VERB_SECONDS)

    def remaining(self) -> float:
        """Return how many seconds are left, 0 if none are."""
        return max(0.0, self.at - time.monotonic())

    def within(self, seconds: float) -> "Deadline":
        """Return the earlier of this and a moment that many seconds from now."""
        return Deadline(min(self.at, time.monotonic() + seconds))
