"""The shapes in which GreenLake might answer with a token: none is documented, so the sandbox can give each of them.

One table: the name in the world setting `token_shape` to the body. A reader that gets along with all of them will get
along with the real one; for `unusual` it needs the names of the fields, `result.secret` and `result.until`.
"""

import json
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timezone

from sandbox.core.settings import TokenShape


@dataclass(frozen=True)
class Issued:
    """The content of an answer about a new token."""

    token: str
    issued_at: datetime
    expires_at: datetime

    @property
    def expiry(self) -> str:
        """The expiry in ISO 8601, UTC, whole seconds."""
        return self.expires_at.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")

    @property
    def seconds(self) -> int:
        """How long it lives."""
        return int((self.expires_at - self.issued_at).total_seconds())


@dataclass(frozen=True)
class Body:
    """An answer's text and its media type."""

    text: str
    media_type: str = "application/json"


def _json(value: object) -> Body:
    return Body(json.dumps(value))


SHAPES: Mapping[TokenShape, Callable[[Issued], Body]] = {
    "object": lambda it: _json({"token": it.token, "expires_at": it.expiry}),
    "token_only": lambda it: _json({"token": it.token}),
    "oauth": lambda it: _json({"access_token": it.token, "token_type": "Bearer", "expires_in": it.seconds}),
    "nested": lambda it: _json({"data": {"token": it.token, "expires_at": it.expiry}}),
    "epoch": lambda it: _json({"scim_proxy_token": it.token, "expiration": int(it.expires_at.timestamp())}),
    "epoch_ms": lambda it: _json({"token": it.token, "expirationTime": int(it.expires_at.timestamp() * 1000)}),
    "camel": lambda it: _json({"proxyToken": it.token, "expiresAt": it.expiry}),
    "result": lambda it: _json({"status": "SUCCESS", "result": {"accessToken": it.token, "expiry": it.expiry}}),
    "json_string": lambda it: _json(it.token),
    "text": lambda it: Body(it.token, "text/plain"),
    "list": lambda it: _json([{"token": it.token, "expires_at": it.expiry}]),
    "data_list": lambda it: _json({"count": 1, "data": [{"token": it.token, "expires_at": it.expiry}]}),
    "digits": lambda it: _json({"token": it.token, "expiration": f"{it.expires_at.astimezone(timezone.utc):%Y%m%d}"}),
    "side_by_side": lambda it: _json(
        {
            "current": {"token": f"glscim_{secrets.token_urlsafe(48)}", "expires_at": "2099-12-31T00:00:00Z"},
            "new": {"token": it.token, "expires_at": it.expiry},
        }
    ),
    "unusual": lambda it: _json({"status": "OK", "result": {"secret": it.token, "until": it.expiry}}),
    "jwt": lambda it: _json({"token": it.token}),
    "jwt_text": lambda it: Body(it.token, "text/plain"),
}

JWT_SHAPES: frozenset[TokenShape] = frozenset({"jwt", "jwt_text"})
"""The token is a JWT that carries its expiry in `exp`, and the answer does not repeat it."""
