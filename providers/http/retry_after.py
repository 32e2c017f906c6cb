"""How long a service wants to be left alone, by the headers of its answer or by a sentence. Pure.

Sources: RFC 9110 10.2.3; the draft "RateLimit header fields for HTTP". The headers with the reset of a limit differ
from service to service: seconds from now, or a moment. Many services send them with every answer, so they count
only if the limit was reached.
"""

import re
from collections.abc import Mapping
from datetime import datetime, timezone

from providers.http import http_date

_WAITS = {
    "retry-after": 1.0,
    "retry-after-ms": 0.001,
    "x-ms-retry-after-ms": 0.001,
}
_RESETS = dict.fromkeys(("x-ratelimit-reset-after", "ratelimit-reset", "x-ratelimit-reset", "x-rate-limit-reset"), 1.0)
_NUMBER = re.compile(r"([0-9]+(?:\.[0-9]+)?)(?: ?s(?:ec(?:onds?)?)?)?(?:,.*)?", re.ASCII)  # of a list the first
_POLICY = re.compile(r"\b(?:t|reset)=([0-9]{1,9})\b")
_UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
_WORDS = re.compile(
    r"\b(?:try(?: \w+){0,3}? again|retry(?: (?:your|the|this) \w+)?|wait|come back|replenished)(?: later)?,? "
    r"(?:in|after|for) (?:(?P<clock>[0-9]+:[0-5][0-9]:[0-5][0-9])|(?P<number>[0-9]+(?:\.[0-9]+)?) ?"
    r"(?P<unit>ms|milli|s|m|h|d)(?:|ec|in|r|econd|inute|our|ay)s?)\b",
    re.IGNORECASE,
)
_FIRST_MOMENT = 1e9  # seconds since 1970: no span of time is so long
_IN_MILLISECONDS = 1e12


def of_headers(headers: Mapping[str, str], at: datetime | None, *, limited: bool) -> float | None:
    """Return seconds, None if no header wants any; a moment is compared with `at`, the service's own clock.

    `limited`: a limit was reached, so its reset counts.
    """
    names = _WAITS | _RESETS if limited else _WAITS
    waits = (_seconds(headers[name], unit, at) for name, unit in names.items() if name in headers)
    policy = _POLICY.search(headers.get("ratelimit", "")) if limited else None
    return next((each for each in waits if each is not None), float(policy[1]) if policy else None)


def of_words(text: str) -> float | None:
    """Return seconds of a sentence such as "Try again in 5 minutes.", not of "It timed out after 60 seconds."."""
    found = _WORDS.search(text)
    if found is None:
        return None
    if found["clock"]:
        hours, minutes, seconds = map(int, found["clock"].split(":"))
        return float(hours * 3600 + minutes * 60 + seconds)
    unit = found["unit"].lower()
    return float(found["number"]) * _UNITS[unit if unit in _UNITS else "ms"]


def _seconds(value: str, unit: float, at: datetime | None) -> float | None:
    """Read a number or a moment; a moment that has passed is 0."""
    here = (at or datetime.now(tz=timezone.utc)).timestamp()
    number = _NUMBER.fullmatch(value.strip())
    if number is None:
        moment = http_date(value) or _iso(value)
        return moment and max(0.0, moment.timestamp() - here)
    given = float(number[1])
    if given < _FIRST_MOMENT:
        return given * unit
    return max(0.0, given / (1000 if given >= _IN_MILLISECONDS else 1) - here)


def _iso(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text.strip().replace("Z", "+00:00"))
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)
