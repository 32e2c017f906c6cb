"""Which service a request is for and which world it belongs to, before anything is decided about it.

What is found lands in `request.state.world` and `request.state.service`; faults and the request log need it as early as
the handlers do. Nothing is verified here: a forged bearer finds its world and is refused there.
"""

import base64
import binascii
import hashlib
from datetime import datetime, timezone
from email.utils import format_datetime
from urllib.parse import parse_qs

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sandbox.core import jwt
from sandbox.core.world import World, Worlds

_IAM = "/iam"
_SERVICES = (
    ("/sandbox", "control"),
    ("/metadata", "metadata"),
    ("/common/discovery", "login"),
    ("/v1.0/", "graph"),
    ("/beta/", "graph"),
    (_IAM, "iam"),
    ("/v1alpha1/proxytoken", "proxytoken"),
    ("/v1alpha1/scimproxy", "scim"),
)


def service_of(path: str) -> str:
    """Name the service that a path belongs to; what is left over is a tenant's log-in page."""
    return next((service for start, service in _SERVICES if path.startswith(start)), "login")


def fingerprint(token: str) -> str:
    """Return the short SHA-256 that names a proxy token without giving it away."""
    return hashlib.sha256(token.encode()).hexdigest()[:12]


def bearer_of(headers: Headers) -> str:
    """Return the bearer token that a request presents, "" if it presents none."""
    scheme, _, token = headers.get("authorization", "").partition(" ")
    return token if scheme.lower() == "bearer" else ""


def world_of(scope: Scope) -> World | None:
    """Return the world that a request was addressed to."""
    return scope["state"]["world"]


class AddressingMiddleware:
    """Puts service and world into the state of every request."""

    def __init__(self, app: ASGIApp, worlds: Worlds) -> None:
        self._app = app
        self._worlds = worlds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Address the request and pass it on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        service = service_of(scope["path"])
        headers = Headers(scope=scope)
        if service == "iam":
            body = await _body(receive)
            receive = _again(body, receive)
            world = self._worlds.owning(_client_id(headers, body))
        elif service == "login":
            world = self._worlds.owning(scope["path"].split("/")[1])
        else:
            world = self._of_bearer(headers)
        scope["state"] = {**scope.get("state", {}), "service": service, "world": world}

        async def dated(message: Message) -> None:
            """Set the moment at which an answer begins; the server's own header is up to a second old."""
            if message["type"] == "http.response.start":
                now = world.now() if world else datetime.now(tz=timezone.utc)
                MutableHeaders(scope=message)["Date"] = format_datetime(now, usegmt=True)
            await send(message)

        await self._app(scope, receive, dated)

    def _of_bearer(self, headers: Headers) -> World | None:
        token = bearer_of(headers)
        if not token:
            return None
        claims = jwt.peek(token)
        owner = self._worlds.owning(str(claims.get("tid") or claims.get("client_id")))
        return owner or self._worlds.holding(fingerprint(token))


async def _body(receive: Receive) -> bytes:
    """Read the whole of a small body."""
    body, more = b"", True
    while more:
        message = await receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)
    return body


def _again(body: bytes, receive: Receive) -> Receive:
    """Let the body be read once more."""
    unread = [body]

    async def replay() -> Message:
        return {"type": "http.request", "body": unread.pop()} if unread else await receive()

    return replay


def _client_id(headers: Headers, body: bytes) -> str:
    """Return the client id of a form or of HTTP Basic, "" if there is neither."""
    sent = parse_qs(body.decode("latin-1")).get("client_id")
    if sent:
        return sent[0]
    scheme, _, credentials = headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return ""
    try:
        return base64.b64decode(credentials).decode("latin-1").partition(":")[0]
    except binascii.Error:
        return ""
