"""Moments and durations as the text that state and stack files hold."""

import re
from datetime import datetime, timedelta, timezone

_DURATION = re.compile(r"([1-9][0-9]{0,5})([smhd])")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


def now() -> datetime:
    """Return the present moment; the only clock of this package."""
    return datetime.now(tz=timezone.utc)


def to_text(moment: datetime | None) -> str:
    """Write a moment as UTC with whole seconds, "" for None."""
    return "" if moment is None else moment.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def from_text(text: str) -> datetime | None:
    """Read what `to_text` wrote."""
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=timezone.utc) if text else None


def duration(text: str) -> timedelta | None:
    """Read a duration such as `60d` or `12h`, "" as None. Raises ValueError for anything else."""
    if not text:
        return None
    match = _DURATION.fullmatch(text)
    if match is None:
        raise ValueError("a duration is a number and s, m, h or d, such as 60d")
    return timedelta(**{_UNITS[match[2]]: int(match[1])})


def in_words(span: timedelta) -> str:
    """Say a span of time in its largest whole unit: 3 days, 2 h, 5 min, 20 s."""
    seconds = int(abs(span).total_seconds())
    for size, unit in ((86400, "days"), (3600, "h"), (60, "min")):
        if seconds >= 2 * size or (seconds >= size and unit != "days"):
            return f"{seconds // size} {unit}"
    return f"{seconds} s"
