"""What each fault comes to: the decided outcome, and for which kinds of exchange it is another one."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from email.utils import format_datetime
from typing import Any, cast

from providers.errors import (
    ConfigurationError,
    ConflictError,
    ForbiddenError,
    NotFoundError,
    ThrottledError,
    UnauthorizedError,
    UnavailableError,
    UnexpectedAnswerError,
    UnreachableError,
)
from providers.greenlake.api.role import Role
from providers.scim.probing import Probe
from tests.providers.calling import CANARY, CUT_OFF, EMPTY, HTML
from tests.providers.faults.exchanges import Body, Kind
from tests.providers.tls_service import Step, answer, late, reset

DONE = "done"  # the answer is taken
AGAIN = "again"  # the next attempt has the answer

Outcome = Any  # DONE, AGAIN, a class of errors, or what is returned


@dataclass(frozen=True)
class Fault:
    """What a service answers instead of `body`, given its good answer and another host's address.

    `once` is what comes of it where the next answer is good, `lasting` where it never is; None where that is the same,
    or, of a slow answer, takes as long as six of them. `lost`: nobody knows whether the request was carried out.
    """

    step: Callable[[Body, str], Step]
    once: Mapping[Kind, Outcome]
    lasting: Mapping[Kind, Outcome] | None = None
    lost: bool = False


def _all(outcome: Outcome, **but: Outcome) -> dict[Kind, Outcome]:
    return {**dict.fromkeys(Kind, outcome), **{Kind[name]: each for name, each in but.items()}}


def _always(step: Step) -> Callable[[Body, str], Step]:
    return lambda _body, _elsewhere: step


def _http_date(seconds: float) -> str:
    return format_datetime(datetime.now(tz=timezone.utc) + timedelta(seconds=seconds), usegmt=True)


def _failure(status: int, **headers: str) -> Callable[[Body, str], Step]:
    return _always(answer(status, {"error": {"code": "Fault", "message": CANARY}}, **headers))


def _with_unknown_fields(body: Body, _elsewhere: str) -> Step:
    more = {"new": {"field": [None]}}
    if not isinstance(body, dict):
        return answer(200, body)
    fields = cast("dict[str, Any]", body)
    entries = {name: [{**each, **more} for each in value] for name, value in fields.items() if _is_list(value)}
    return answer(200, {**fields, **entries, **more})


def _is_list(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(each, dict) for each in cast("list[object]", value))


def _huge(body: Body, _elsewhere: str) -> Step:
    return answer(200, json.dumps(body).encode() + b" " * 10_000_000)


_UNCLEAR = {"PROBE": Probe.UNKNOWN, "ROLE": Role.UNKNOWN}


_FAILED: Mapping[str, Any] = {"once": _all(AGAIN, ONCE=UnavailableError), "lasting": _all(UnavailableError, **_UNCLEAR)}
_GATEWAY: Mapping[str, Any] = {**_FAILED, "lost": True}
_THROTTLED: Mapping[str, Any] = {"once": _all(AGAIN), "lasting": _all(ThrottledError, **_UNCLEAR)}
_NO_ANSWER: Mapping[str, Any] = {
    "once": _all(AGAIN, ONCE=UnreachableError),
    "lasting": _all(UnreachableError, PROBE=Probe.UNKNOWN),
    "lost": True,
}
_REFUSED = {"SIGN_IN": UnauthorizedError, "MANAGED": UnauthorizedError}
_NEVER_JSON = _all(UnexpectedAnswerError, **_UNCLEAR)
_UNREADABLE = {**_NEVER_JSON, **dict.fromkeys((Kind.WRITE, Kind.ONCE, Kind.DELETE, Kind.ROLE), DONE)}

FAULTS: dict[str, Fault] = {
    "429": Fault(_failure(429), **_THROTTLED),
    "429 for 0 seconds": Fault(_failure(429, Retry_After="0"), **_THROTTLED),
    "429 until now": Fault(_failure(429, Retry_After=_http_date(0)), **_THROTTLED),
    "429 for an hour": Fault(_failure(429, Retry_After="3600"), _all(ThrottledError, **_UNCLEAR)),
    "429 until tomorrow": Fault(_failure(429, Retry_After=_http_date(86_400)), _all(ThrottledError, **_UNCLEAR)),
    "408": Fault(_failure(408), **_GATEWAY),
    "500": Fault(_failure(500), **_FAILED),
    "502": Fault(_failure(502), **_GATEWAY),
    "503": Fault(_failure(503), **_FAILED),
    "504": Fault(_failure(504), **_GATEWAY),
    "slow answer": Fault(lambda body, _: late(1.2, answer(200, body)), _NO_ANSWER["once"], lost=True),
    "reset": Fault(_always(reset), **_NO_ANSWER),
    "truncated body": Fault(_always(CUT_OFF), **_NO_ANSWER),
    "empty body": Fault(_always(EMPTY), _UNREADABLE),
    "HTML": Fault(_always(HTML), _NEVER_JSON),
    "HTML after a byte order mark": Fault(
        _always(answer(200, b"\xef\xbb\xbf<!DOCTYPE html>", Content_Type="text/html")), _NEVER_JSON
    ),
    "a page without a tag": Fault(
        _always(answer(200, b"Blocked by policy", Content_Type="text/html")), {**_NEVER_JSON, Kind.DELETE: True}
    ),
    "JSON that is not an object": Fault(_always(answer(200, "a text")), _UNREADABLE),
    "a list of numbers": Fault(_always(answer(200, [7])), _UNREADABLE),
    "an object of other fields": Fault(_always(answer(200, {"fine": CANARY})), _UNREADABLE),
    "fields of other types": Fault(
        _always(answer(200, {"id": 7, "value": 7, "token": 7, "access_token": 7, "synchronizationRules": 7})),
        _UNREADABLE,
    ),
    "entries of other types": Fault(
        _always(answer(200, {"id": [7], "value": [7], "synchronizationRules": [7], "Resources": 7})),
        _UNREADABLE,
    ),
    "unknown fields": Fault(_with_unknown_fields, _all(DONE)),
    "redirect to another host": Fault(
        lambda _, elsewhere: answer(307, {}, Location=f"{elsewhere}/it"), _all(UnexpectedAnswerError, **_UNCLEAR)
    ),
    "10 MB": Fault(_huge, _all(UnexpectedAnswerError, **_UNCLEAR)),
    "401": Fault(
        _failure(401),
        _all(
            UnauthorizedError,
            PATIENT=AGAIN,
            PROBE=Probe.REFUSED,
            ROLE=Role.BEARER_REFUSED,
        ),
    ),
    "403": Fault(
        _failure(403), _all(ForbiddenError, PATIENT=AGAIN, PROBE=Probe.UNKNOWN, ROLE=Role.MISSING, **_REFUSED)
    ),
    "404": Fault(
        _failure(404),
        _all(
            NotFoundError,
            BY_ID=[],
            PATIENT=AGAIN,
            DELETE=False,
            METADATA=ConfigurationError,
            **{**_REFUSED, "MANAGED": AGAIN},
            **_UNCLEAR,
        ),
    ),
    "409": Fault(_failure(409), _all(ConflictError, PATIENT=AGAIN, CREATE=(None, False), **_REFUSED, **_UNCLEAR)),
}
