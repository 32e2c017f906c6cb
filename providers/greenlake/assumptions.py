"""Everything that is assumed about HPE GreenLake's proxy token API, in one place, because little of it is documented.

Documented (HPE Developer blog, 16 July 2024): `POST /v1alpha1/proxytoken`, `POST /v1alpha1/proxytoken/rotate` with a
flag that ends the current token or keeps it "until the new token takes effect", the SCIM base `/v1alpha1/scimproxy`, a
bearer of 15 minutes, and the role, space and scope of step 1.

Assumed, not documented:
1. an API client's bearer (client credentials, as HPE's own Terraform provider gets it) may call this API;
2. the flag is spelled `remove-current` in the blog's address and `remove_current` in its prose: both are sent;
3. the answer holds the token under one of the usual names, or is the bare token; its end is told by one of the usual
   fields, by the `exp` claim of a JWT, or not at all;
4. creating a token where one exists is answered 409, or 400 with a word for "exists" in the error code;
5. rotating where there is none is answered 404;
6. DELETE exists; 405 and 501 say that it does not, and 404 is believed only once the token is refused;
7. a refused proxy token is answered 401, an accepted one with a SCIM list.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from typing import cast

from providers import jwt
from providers.errors import ApiError, ConflictError, UnexpectedAnswerError, masked_names
from providers.http import Answer

PROXY_TOKEN_PATH = "/v1alpha1/proxytoken"
ROTATE_PATH = PROXY_TOKEN_PATH + "/rotate"
ROLE = 'role "SCIM Proxy Token Contributor", space "All Resources", scope "greenlake.service.user"'

_TOKEN_FIELDS = (
    "token", "access_token", "accessToken", "proxy_token", "proxyToken", "scim_proxy_token", "scimProxyToken",
    "scim_token", "scimToken", "secret_token", "secretToken", "bearer_token", "bearerToken", "jwt", "value",
)  # fmt: skip
_END_FIELDS = (
    "expires_at", "expiresAt", "expiration", "expiration_date", "expirationDate", "expiration_time", "expirationTime",
    "expiry", "expires", "expires_on", "expiresOn", "valid_until", "validUntil", "exp",
)  # fmt: skip
_SPAN_FIELDS = ("expires_in", "expiresIn", "ttl", "lifetime")
_TOKEN = re.compile(
    r"[!#-;=?-~]{16,16384}"
)  # visible ASCII without quote or bracket: no page, no sentence, fits a header
_FRACTION = re.compile(r"\.(\d+)")  # Python 3.10 reads three or six digits, services write one to nine
_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
_EPOCH_MILLISECONDS = 10**11  # as seconds this is the year 5138, as milliseconds 1973


@dataclass(frozen=True)
class IssuedToken:
    """A token as it was just issued; `expires_at` is None where the answer does not tell."""

    value: str = field(repr=False)
    expires_at: datetime | None


def rotate_query(*, remove_current: bool) -> str:
    """Return the query of a rotation, with the flag under both of its spellings."""
    flag = "true" if remove_current else "false"
    return f"remove-current={flag}&remove_current={flag}"


def says_one_exists(error: ApiError) -> bool:
    """Tell whether the refusal of a create means that the workspace has a token already."""
    code = error.code.lower()
    exists = "already" in code or (code.endswith("exists") and "not" not in code)
    return isinstance(error, ConflictError) or (error.status == 400 and exists)


def read_token(answer: Answer, now: datetime, *, token_field: str = "", expiry_field: str = "") -> IssuedToken:
    """Read the answer of create or rotate, whatever its shape.

    `token_field` and `expiry_field` name the fields where the stack file says so. Raises UnexpectedAnswerError, which
    lists the names of the fields that came, never a value.
    """
    body = _body(answer)
    if isinstance(body, str):
        return IssuedToken(_checked(body.strip()), _ahead(jwt.expiry(body.strip()), now))
    fields = _flattened(body)
    texts = (text for name in _names(token_field, _TOKEN_FIELDS) for text in fields.get(name, []))
    value = next((text.strip() for text in texts if isinstance(text, str) and text.strip()), None)
    if value is None:
        raise UnexpectedAnswerError(
            f"GreenLake's answer holds no token under a known name (fields: {masked_names(fields)}): "
            "set greenlake.tokenField in the stack file to the right one"
        )
    return IssuedToken(_checked(value), _end(fields, now, expiry_field) or _ahead(jwt.expiry(value), now))


def _body(answer: Answer) -> Mapping[str, object] | str:
    text = answer.body.decode(errors="replace")
    try:
        body: object = json.loads(text)
    except (ValueError, RecursionError):
        return text
    if isinstance(body, str):
        return body
    return cast("dict[str, object]", body) if isinstance(body, dict) else {}


def _checked(token: str) -> str:
    if not _TOKEN.fullmatch(token):
        raise UnexpectedAnswerError(
            f"GreenLake answered with a text of {len(token)} characters that is no token: "
            "check that greenlake.apiUrl is the API's own address"
        )
    return token


def _flattened(body: Mapping[str, object]) -> dict[str, list[object]]:
    """Return the values of every field of the answer and of the objects inside it, the outer ones first."""
    fields: dict[str, list[object]] = {name: [value] for name, value in body.items()}
    for inner in body.values():
        if isinstance(inner, dict):
            for name, values in _flattened(cast("dict[str, object]", inner)).items():
                fields.setdefault(name, []).extend(values)
    return fields


def _names(configured: str, usual: tuple[str, ...]) -> tuple[str, ...]:
    return (configured,) if configured else usual


def _end(fields: Mapping[str, list[object]], now: datetime, configured: str) -> datetime | None:
    for name in _names(configured, _END_FIELDS):
        for value in fields.get(name, []):
            moment = _ahead(_moment(value, now), now)
            if moment is not None:
                return moment
    spans = () if configured else _SPAN_FIELDS
    seconds = (_number(value) for name in spans for value in fields.get(name, []))
    return next((_after(now, each) for each in seconds if each is not None and each > 0), None)


def _ahead(moment: datetime | None, now: datetime) -> datetime | None:
    """Return an end that is to come; a zero time or a past one tells nothing of a token that was just issued."""
    return moment if moment is not None and moment > now else None


def _moment(value: object, now: datetime) -> datetime | None:
    """Read an ISO 8601 text, or a number: epoch seconds or milliseconds, or seconds from now where it is small."""
    number = _number(value)
    if number is not None:
        if number > _EPOCH_MILLISECONDS:
            number /= 1000
        return _after(now, number) if number < now.timestamp() / 2 else _after(_EPOCH, number)
    if not isinstance(value, str):
        return None
    text = _FRACTION.sub(lambda match: "." + match[1][:6].ljust(6, "0"), value.strip().replace("Z", "+00:00"))
    try:
        moment = datetime.fromisoformat(text)
        return (moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)).astimezone(timezone.utc)
    except (ValueError, OverflowError):
        return None


def _after(start: datetime, seconds: float) -> datetime | None:
    """Return a moment that many seconds later, None where the calendar ends before."""
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
