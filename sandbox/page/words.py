"""How times and durations are written in every section."""

from datetime import datetime, timedelta, timezone

from sandbox.provisioning import moments

_TODAY, _SOON = timedelta(hours=12), timedelta(days=14)


def clock(moment: datetime, now: datetime) -> str:
    """Write a time in UTC: the time of day if it is within half a day of now, the date if it is months away."""
    distance = abs(moment - now)
    form = "%H:%M:%S" if distance < _TODAY else "%b %d, %H:%M" if distance < _SOON else "%Y-%m-%d"
    return moment.astimezone(timezone.utc).strftime(form)


def graph_clock(text: str, now: datetime) -> str:
    """Write a moment that Graph's synchronization API has written."""
    return clock(moments.read(text), now)


def span(seconds: float) -> str:
    """Write a duration by its largest unit: `0.4 s`, `12 s`, `5 min`, `3 h`, `90 d`."""
    if seconds < 10:
        return f"{seconds:.1f} s".replace(".0 ", " ")
    for unit, length in (("d", 86_400), ("h", 3_600), ("min", 60)):
        if seconds >= 2 * length:
            return f"{seconds / length:.0f} {unit}"
    return f"{seconds:.0f} s"


def counted(count: int, noun: str) -> str:
    """Write a number with its noun: `1 place`, `2 places`."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"
