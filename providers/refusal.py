"""What an answer that says no becomes: the error of its status, with no more of its words than may be shown."""

import json
from collections.abc import Mapping
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime
from typing import cast

from providers.errors import ApiError, ThrottledError, UnavailableError, UnexpectedAnswerError, api_error_class, masked
from providers.http import Answer, Call


def refusal(call: Call, answer: Answer, headers: Mapping[str, str]) -> ApiError | UnexpectedAnswerError:
    """Return the error for an answer of 300 or more; only its status, code, message and Retry-After are looked at."""
    if answer.status < 400:
        return UnexpectedAnswerError(
            f"{call.what} was answered with a redirect ({answer.status}), which is never followed: check the address"
        )
    code, text = _graph_error(answer)
    said = " ".join(part for part in (code, f"({text})" if text else "") if part)
    kind = api_error_class(answer.status)
    passes = issubclass(kind, ThrottledError | UnavailableError)
    hint = call.hints.get(answer.status) or ("run again later" if passes else "see the address and roles")
    return kind(
        f"{call.what} was answered {answer.status}{' ' + said if said else ''}: {hint}",
        status=answer.status,
        code=code,
        retry_after=_retry_after(headers, answer.at),
    )


def _graph_error(answer: Answer) -> tuple[str, str]:
    """Take code and message out of an error of Graph's or OAuth's shape; of any other body nothing is shown."""
    try:
        body: object = json.loads(answer.body)
    except (ValueError, RecursionError):
        return "", ""
    error: object = cast("dict[str, object]", body).get("error") if isinstance(body, dict) else None
    if isinstance(error, str):
        return masked(error), ""
    if not isinstance(error, dict):
        return "", ""
    fields = cast("dict[str, object]", error)
    code, message = fields.get("code"), fields.get("message")
    return masked(code) if isinstance(code, str) else "", masked(message) if isinstance(message, str) else ""


def _retry_after(headers: Mapping[str, str], at: datetime | None) -> float | None:
    """Read Retry-After as seconds or as an HTTP date (RFC 9110 10.2.3), a date by the service's own clock."""
    value = headers.get("retry-after", "")
    if value.isascii() and value.isdigit():
        return float(value)
    moment = http_date(value)
    return moment and max(0.0, (moment - (at or datetime.now(tz=timezone.utc))).total_seconds())


def http_date(text: str) -> datetime | None:
    """Read an HTTP date; one that names no zone is in UTC."""
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)
