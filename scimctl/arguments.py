"""Kinds of argument that several commands take; argparse reports a wrong one, with the option's name."""

import re
from argparse import ArgumentTypeError
from datetime import datetime, timedelta, timezone
from pathlib import Path

from providers.timestamps import duration, now

_LONGEST = 1000  # of a value: no name, path or address is longer
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")  # they end a line, or a terminal obeys them
_STACK = re.compile(r"(?!-|\.+(?:/|$))[\w.-]{1,100}(?:/(?!\.+(?:/|$))[\w.-]{1,100}){0,2}", re.ASCII)


def given(text: str) -> str:
    """Return a value; an empty one is a variable that is not set, and would choose every stack or write nowhere."""
    if not text.strip():
        raise ArgumentTypeError("it is empty: write a value, or leave it out")
    if len(text) > _LONGEST or _CONTROL.search(text):  # not shown: an address may hold a password
        raise ArgumentTypeError(f"it is longer than {_LONGEST} characters or has a control character")
    return text


def stack_name(text: str) -> str:
    """Return the name of a stack, which may follow that of an organization and a project."""
    if not _STACK.fullmatch(given(text)):
        raise ArgumentTypeError(f"{text!r} is not the name of a stack: write letters, digits, -, _ and . alone")
    return text


def file(text: str) -> Path:
    """Return the path of a file."""
    return Path(given(text))


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
