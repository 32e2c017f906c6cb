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
7. a refused proxy token is answered 401.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from typing import cast

from providers import jwt
from providers.errors import ApiError, ConflictError, UnexpectedAnswerError
from providers.http import Answer

PROXY_TOKEN_PATH = "/v1alpha1/proxytoken"
ROTATE_PATH = PROXY_TOKEN_PATH + "/rotate"
SCIM_PATH = "/v1alpha1/scimproxy"
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
    return isinstance(error, ConflictError) or (error.status == 400 and "exist" in error.code.lower())


def read_token(answer: Answer, now: datetime, *, token_field: str = "", expiry_field: str = "") -> IssuedToken:
    """Read the answer of create or rotate, whatever its shape.

    `token_field` and `expiry_field` name the fields where the stack file says so. Raises UnexpectedAnswerError, which
    lists the names of the fields that came, never a value.
    """
    body = _body(answer)
    if isinstance(body, str):
        return IssuedToken(_checked(body.strip()), jwt.expiry(body.strip()))
    fields = _flattened(body)
    value = next((fields[name] for name in _names(token_field, _TOKEN_FIELDS) if fields.get(name)), None)
    if not isinstance(value, str):
        raise UnexpectedAnswerError(
            f"GreenLake's answer holds no token under a known name (fields: {', '.join(sorted(fields)) or 'none'}): "
            "set greenlake.tokenField in the stack file to the right one"
        )
    return IssuedToken(_checked(value), _end(fields, now, expiry_field) or jwt.expiry(value))


def _body(answer: Answer) -> Mapping[str, object] | str:
    text = answer.body.decode(errors="replace")
    try:
        body: object = json.loads(text)
    except ValueError:
        return text
    if isinstance(body, dict):
        return cast("dict[str, object]", body)
    return body if isinstance(body, str) else ""


def _checked(token: str) -> str:
    if not _TOKEN.fullmatch(token):
        raise UnexpectedAnswerError(
            f"GreenLake answered with a text of {len(token)} characters that is no token: "
            "check that greenlake.apiUrl is the API's own address"
        )
    return token


def _flattened(body: Mapping[str, object]) -> dict[str, object]:
    """Return the fields of the answer and of the objects inside it, the outer ones first."""
    fields = dict(body)
    for inner in body.values():
        if isinstance(inner, dict):
            fields = {**_flattened(cast("dict[str, object]", inner)), **fields}
    return fields


def _names(configured: str, usual: tuple[str, ...]) -> tuple[str, ...]:
    return (configured,) if configured else usual


def _end(fields: Mapping[str, object], now: datetime, configured: str) -> datetime | None:
    for name in _names(configured, _END_FIELDS):
        moment = _moment(fields.get(name), now)
        if moment is not None:
            return moment
    for name in () if configured else _SPAN_FIELDS:
        seconds = _number(fields.get(name))
        if seconds is not None:
            return now + timedelta(seconds=seconds)
    return None


def _moment(value: object, now: datetime) -> datetime | None:
    """Read an ISO 8601 text, or a number: epoch seconds, epoch milliseconds, or seconds from now where it is small."""
    number = _number(value)
    if number is not None:
        if number > _EPOCH_MILLISECONDS:
            number /= 1000
        if number < now.timestamp() / 2:
            return now + timedelta(seconds=number)
        return datetime.fromtimestamp(number, tz=timezone.utc)
    if not isinstance(value, str):
        return None
    try:
        moment = datetime.fromisoformat(value.strip().replace("Z", "+00:00"))
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)


def _number(value: object) -> float | None:
    if isinstance(value, str) and value.strip().isdigit():
        return float(value)
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None
