"""Quarantine: when a job falls into it, how seldom it is tried then, and how it comes out.

Pure. Source: Microsoft, "Application provisioning in quarantine status", and Graph's synchronizationQuarantine: a
series begins when quarantine is first imposed and counts how often it was imposed since; after four weeks the job is
disabled.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sandbox.provisioning import moments

Quarantine = dict[str, Any]

CREDENTIALS = "EncounteredQuarantineException"
TOO_MANY_FAILURES = "EncounteredEscrowProportionThreshold"
_JUDGED_FROM = 5_000
_PROPORTION = 0.4
_ABSOLUTE = 40_000
_GIVEN_UP_AFTER = timedelta(weeks=4)


def imposed(
    present: Quarantine | None, reason: str, error: dict[str, Any], now: datetime, ladder_s: Sequence[int]
) -> Quarantine:
    """Return the quarantine after a failure: a new series, or the next step of the present one."""
    count = 1 + (present["seriesCount"] if present else 0)
    wait = timedelta(seconds=ladder_s[min(count, len(ladder_s)) - 1])
    return {
        "currentBegan": moments.written(now),
        "nextAttempt": moments.written(now + wait),
        "reason": reason,
        "seriesBegan": present["seriesBegan"] if present else moments.written(now),
        "seriesCount": count,
        "error": error,
    }


def is_due(present: Quarantine, now: datetime) -> bool:
    """Return whether the next attempt has come."""
    return moments.read(present["nextAttempt"]) <= now


def is_given_up(present: Quarantine, now: datetime) -> bool:
    """Return whether the series has lasted so long that the job is disabled."""
    return now - moments.read(present["seriesBegan"]) >= _GIVEN_UP_AFTER


def too_many(failing: int, entitled: int) -> bool:
    """Return whether so many entries fail that the job as a whole must be wrong."""
    return failing > _ABSOLUTE or (failing >= _JUDGED_FROM and failing > _PROPORTION * entitled)
