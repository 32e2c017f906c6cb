"""Moments and durations as the text that state and stack files hold."""

import re
from datetime import datetime, timedelta, timezone

MOMENT = "%Y-%m-%dT%H:%M:%SZ"
DURATION = r"[1-9][0-9]{0,4}[smhd]"
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


def now() -> datetime:
    """Return the present moment; the only clock of this package."""
    return datetime.now(tz=timezone.utc)


def to_text(moment: datetime | None) -> str:
    """Write a moment as UTC with whole seconds, "" for None."""
    return "" if moment is None else moment.astimezone(timezone.utc).strftime(MOMENT)


def from_text(text: str) -> datetime:
    """Read what `to_text` wrote of a moment."""
    return datetime.strptime(text, MOMENT).replace(tzinfo=timezone.utc)


def from_optional(text: str) -> datetime | None:
    """Read what `to_text` wrote, "" as None."""
    return from_text(text) if text else None


def duration(text: str) -> timedelta:
    """Read a duration such as `60d` or `12h`. Raises ValueError for anything else."""
    if not re.fullmatch(DURATION, text):
        raise ValueError("is not a duration: write a number and s, m, h or d, such as 60d")
    return timedelta(**{_UNITS[text[-1]]: int(text[:-1])})


def in_words(span: timedelta) -> str:
    """Return a span of time in its largest whole unit: 3 days, 2 h, 5 min, 20 s."""
    seconds = int(abs(span).total_seconds())
    for size, unit in ((86400, "days"), (3600, "h"), (60, "min")):
        if seconds >= 2 * size or (seconds >= size and unit != "days"):
            return f"{seconds // size} {unit}"
    return f"{seconds} s"
