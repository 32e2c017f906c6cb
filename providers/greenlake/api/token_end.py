"""Read when a token ends, in whatever form a service may write that. Pure."""

import re
from collections.abc import Iterable
from datetime import datetime, timedelta, timezone
from typing import cast

from providers.http import http_date

_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
_EPOCH_MILLISECONDS = 10**11  # as seconds this is the year 5138, as milliseconds 1973
# A SCIM token lives weeks to years. A smaller number counts minutes, hours or days, a larger one milliseconds.
_SPANS = (7 * 86400, 20 * 366 * 86400)
_OF_DIGITS = {8: "%Y%m%d", 12: "%Y%m%d%H%M", 14: "%Y%m%d%H%M%S"}
_YEARS = range(2000, 2200)  # other numbers of as many digits are seconds
# What datetime.fromisoformat of Python 3.10 does not read.
_UTC = re.compile(r" ?(Z|UTC|GMT)$")
_FRACTION = re.compile(r"\.(\d+)")  # it wants three or six digits, services write one to nine
_COMPACT = re.compile(r"^(\d{4})(\d\d)(\d\d)[T ](\d\d):?(\d\d):?(\d\d)")
_OFFSET = re.compile(r"(:\d\d(?:\.\d+)?)([+-]\d\d):?(\d\d)?$")


def first_ahead(values: Iterable[tuple[object, bool]], now: datetime) -> datetime | None:
    """Return the first end that can be read and is to come; True beside a value makes it a span of seconds."""
    for value, is_span in values:
        end = ahead(_span(value, now) if is_span else _moment(value, now), now)
        if end is not None:
            return end
    return None


def ahead(moment: datetime | None, now: datetime) -> datetime | None:
    """Return an end that is to come; a zero time or a past one cannot be the end of a token that was just issued."""
    return moment if moment is not None and moment > now else None


def is_date(value: object) -> bool:
    """Return whether a list is one date, as Java's Jackson writes it: year, month, day, hour, minute and so on."""
    items = cast("list[object]", value) if isinstance(value, list) else []
    return 3 <= len(items) <= 7 and all(type(each) is int for each in items) and items[0] in _YEARS


def _span(value: object, now: datetime) -> datetime | None:
    seconds = _number(value)
    if seconds is None or seconds < _SPANS[0]:  # in which unit is unknown: an end too early would rotate on every run
        return None
    return _after(now, seconds if seconds < _SPANS[1] else seconds / 1000)


def _moment(value: object, now: datetime) -> datetime | None:
    """Read a date of digits, an ISO 8601 text, or a number: epoch seconds or milliseconds, or a small one as a span."""
    if is_date(value):
        return _of_list(cast("list[int]", value))
    of_digits = _calendar(value)
    if of_digits is not None:
        return of_digits
    number = _number(value)
    if number is not None:
        if number > _EPOCH_MILLISECONDS:
            number /= 1000
        return _span(number, now) if number < now.timestamp() / 2 else _after(_EPOCH, number)
    return _iso(value) or http_date(value) if isinstance(value, str) else None


def _of_list(parts: list[int]) -> datetime | None:
    try:
        return datetime(*parts[:6], tzinfo=timezone.utc)  # the seventh is nanoseconds
    except (ValueError, OverflowError):
        return None


def _calendar(value: object) -> datetime | None:
    """Read 20270227, with or without the time of day behind it."""
    text = str(value).strip() if isinstance(value, int | str) else ""
    if not (text.isascii() and text.isdigit()) or len(text) not in _OF_DIGITS or int(text[:4]) not in _YEARS:
        return None
    try:
        return datetime.strptime(text, _OF_DIGITS[len(text)]).replace(tzinfo=timezone.utc)
    except ValueError:
        return None


def _iso(text: str) -> datetime | None:
    text = _UTC.sub("+00:00", text.strip().upper())
    text = _FRACTION.sub(lambda match: "." + match[1][:6].ljust(6, "0"), text)
    text = _OFFSET.sub(
        lambda match: f"{match[1]}{match[2]}:{match[3] or '00'}", _COMPACT.sub(r"\1-\2-\3T\4:\5:\6", text)
    )
    try:
        moment = datetime.fromisoformat(text)
        return (moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)).astimezone(timezone.utc)
    except (ValueError, OverflowError):
        return None


def _after(start: datetime, seconds: float) -> datetime | None:
    """Return a moment that many seconds later, None if the calendar ends before."""
    try:
        return start + timedelta(seconds=seconds)
    except (OverflowError, ValueError):
        return None


def _number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    if isinstance(value, str) and not (value.strip().isascii() and value.strip().isdigit()):
        return None
    try:
        return float(value)
    except OverflowError:
        return None
