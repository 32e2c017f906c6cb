"""The SCIM 2.0 service behind the proxy tokens: python-scim's scim2-server, called in process over a world's documents.

The library is a WSGI application that never waits, so an asynchronous handler calls it directly: one request ends
before the next begins, which is all the transaction that one process needs.
"""

import json
from functools import cache
from io import BytesIO
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from werkzeug import Request as WsgiRequest

from sandbox.core.json_types import decoded, is_object
from sandbox.core.world import World
from sandbox.greenlake.scim.entra_dialect import create_body, member_changes, patch_body, touches_members
from sandbox.greenlake.scim.memberships import patch_members
from sandbox.greenlake.tokens import token_documents

if TYPE_CHECKING:
    from sandbox.greenlake.scim.service import ScimService

BASE = "/v1alpha1/scimproxy"
MEDIA_TYPE = "application/scim+json"
_CONDITIONS = {"if-match", "if-none-match"}
_METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"]


def routes() -> list[Route]:
    """List the SCIM service's routes."""
    return [Route(BASE, _scim, methods=_METHODS), Route(f"{BASE}/{{path:path}}", _scim, methods=_METHODS)]


@cache
def _service() -> "ScimService":
    """Return the one service of the process; the library loads slowly, and not every start is followed by a push."""
    from sandbox.greenlake.scim.service import ScimService  # noqa: PLC0415

    return ScimService(BASE)


async def _scim(request: Request) -> Response:
    body = await request.body()
    world: World | None = request.state.world
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if world is None or scheme.lower() != "bearer" or not token_documents.accepted(world, token):
        return _error(401, "the SCIM proxy token is not valid", {"WWW-Authenticate": "Bearer"})
    try:
        payload = _understood(request.method, body)
    except ValueError:
        return _error(400, "the body is not JSON", {}, "invalidSyntax")
    endpoint, _, identity = request.path_params.get("path", "").partition("/")
    if (
        request.method == "PATCH"
        and endpoint == "Groups"
        and payload
        and _CONDITIONS.isdisjoint(request.headers.keys())
    ):
        changes = member_changes(payload)
        version = patch_members(world, identity, changes) if changes is not None else None
        if version:
            return Response(status_code=204, headers={"ETag": version})
    if request.method in ("POST", "PUT") and payload is not None and identity != ".search":
        payload = _service().known(endpoint, payload)
    return _served(request, world, payload)


def _understood(method: str, body: bytes) -> dict[str, Any] | None:
    """Return the body in the library's dialect, None if there is none; ValueError if it is not a JSON object."""
    if not body:
        return None
    payload = decoded(body)
    if not is_object(payload):
        raise ValueError
    return patch_body(payload) if method == "PATCH" else create_body(payload, _service().schemas)


def _served(request: Request, world: World, payload: dict[str, Any] | None) -> Response:
    """Let the library serve one request in this world."""
    body = json.dumps(payload).encode() if payload is not None else b""
    address = urlsplit(str(request.app.state.greenlake_url))  # not the Host of the request, which may be anything
    environ: dict[str, Any] = {
        "REQUEST_METHOD": "GET" if request.method == "HEAD" else request.method,
        "SCRIPT_NAME": BASE,
        "PATH_INFO": request.scope["path"].removeprefix(BASE).encode().decode("latin-1") or "/",
        "QUERY_STRING": request.scope["query_string"].decode("latin-1"),
        "CONTENT_TYPE": "application/json",
        "CONTENT_LENGTH": str(len(body)),
        "SERVER_NAME": address.hostname or "",
        "SERVER_PORT": str(address.port or 443),
        "HTTP_HOST": address.netloc,
        "SERVER_PROTOCOL": "HTTP/1.1",
        "wsgi.url_scheme": address.scheme,
        "wsgi.input": BytesIO(body),
    }
    for name in _CONDITIONS.intersection(request.headers.keys()):
        environ[f"HTTP_{name.upper().replace('-', '_')}"] = request.headers[name]
    whole = request.method != "PATCH" or touches_members(payload or {})
    answer = _service().serve(world, WsgiRequest(environ), environ, whole=whole)
    headers = {name: value for name, value in answer.headers.items() if name.lower() != "content-length"}
    return Response(answer.get_data(), answer.status_code, headers)


def _error(status: int, detail: str, headers: dict[str, str], scim_type: str | None = None) -> Response:
    body = {"schemas": ["urn:ietf:params:scim:api:messages:2.0:Error"], "status": str(status), "detail": detail}
    return JSONResponse({**body, "scimType": scim_type} if scim_type else body, status, headers, MEDIA_TYPE)
