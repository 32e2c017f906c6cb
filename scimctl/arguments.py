"""Kinds of argument that several commands take; argparse reports a wrong one, with the option's name."""

from argparse import ArgumentTypeError
from datetime import datetime, timedelta, timezone

from providers.timestamps import duration, now


def given(text: str) -> str:
    """Return a value; an empty one is a variable that is not set, and would choose every stack or write nowhere."""
    if not text.strip():
        raise ArgumentTypeError("it is empty: write a value, or leave the option out")
    return text


def span(text: str) -> timedelta:
    """Read a duration such as 14d."""
    try:
        return duration(text)
    except ValueError as error:
        raise ArgumentTypeError(f"{text!r} {error}") from None


def since(text: str) -> timedelta | datetime:
    """Read how far to look back: a duration such as 2h, or a date with or without a time, UTC if it names no zone."""
    try:
        return span(text)
    except ArgumentTypeError:
        pass
    try:
        moment = datetime.fromisoformat(text.upper().replace("Z", "+00:00"))
    except ValueError:
        raise ArgumentTypeError(
            f"{text!r} is neither a duration nor a date: write 2h, 2026-11-29 or 2026-11-29T10:00 (UTC)"
        ) from None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)
    if moment > now():
        raise ArgumentTypeError(f"{text!r} is in the future")
    return moment
