"""The addresses to discover this cloud and to sign in: the metadata document, OpenID discovery, the token endpoint.

Only the client credentials flow, with a secret or a client assertion. Errors as Microsoft's sign-in writes them: RFC
6749 with an AADSTS number. A client assertion is read, not verified: its signing certificate or federated issuer is not
known here (see DIFFERENCES.md).
"""

import hmac
import json
import re
import time
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs
from uuid import uuid4

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox.core import jwt
from sandbox.core.http.addressing import world_of
from sandbox.core.world import World
from sandbox.entra.graph.permissions import EVERYTHING

_LIFETIME_S = 3600
_DOCUMENTS = {
    name: json.dumps(one) for name, one in json.loads(Path(__file__).with_name("discovery.json").read_text()).items()
}
_ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


class _RefusedError(Exception):
    """A refused sign-in: status, OAuth error, AADSTS number and its sentence."""

    def __init__(self, status: int, error: str, number: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status, self.error, self.number = status, error, number


def routes() -> list[Route]:
    """List the routes of metadata and sign-in."""
    return [
        Route("/metadata/endpoints", _metadata),
        Route("/common/discovery/instance", _instance),
        Route("/{tenant}/v2.0/.well-known/openid-configuration", _openid),
        Route("/{tenant}/oauth2/v2.0/token", _token, methods=["POST"]),
    ]


async def _metadata(request: Request) -> Response:
    """Answer what azuread's ARM_METADATA_HOSTNAME is asked for: the cloud's addresses."""
    return _document("cloud", request)


async def _instance(request: Request) -> Response:
    return _document("instance", request)


async def _openid(request: Request) -> Response:
    world = world_of(request.scope)
    return _refusal(_unknown_tenant(request)) if world is None else _document("openid", request, world.tenant_id)


def _document(name: str, request: Request, tenant: str = "") -> Response:
    """Answer one of the documents for discovery, with this cloud's address in it."""
    url: str = request.app.state.entra_url
    filled = {"<url>": url, "<host>": url.removeprefix("https://"), "<tenant>": tenant}
    return JSONResponse(json.loads(re.sub("<[a-z]+>", lambda found: filled[found[0]], _DOCUMENTS[name])))


async def _token(request: Request) -> Response:
    form = {key: values[0] for key, values in parse_qs((await request.body()).decode("latin-1")).items()}
    try:
        return _signed_in(world_of(request.scope), request, form)
    except _RefusedError as error:
        return _refusal(error)


def _signed_in(world: World | None, request: Request, form: dict[str, str]) -> Response:
    if world is None:
        raise _unknown_tenant(request)
    if form.get("grant_type") != "client_credentials":
        raise _RefusedError(400, "unsupported_grant_type", 70003, "The app requested an unsupported grant type.")
    client_id = form.get("client_id", "")
    roles = _roles(world, client_id)
    home = request.app.state.worlds.owning(client_id) or world  # a guest has its secret from its own tenant
    _authenticate(home, client_id, form)
    resource, slash, default = form.get("scope", "").rpartition("/")
    if not slash or default != ".default":
        raise _RefusedError(
            400, "invalid_scope", 1002012, "The provided value for scope is not valid: it must end in /.default."
        )
    claims = _claims(world, client_id, resource) | {"roles": roles}
    return JSONResponse(
        {
            "token_type": "Bearer",
            "expires_in": _LIFETIME_S,
            "ext_expires_in": _LIFETIME_S,
            "access_token": jwt.encode(claims, world.signing_key),
        },
        headers={"Cache-Control": "no-store"},
    )


def _claims(world: World, client_id: str, resource: str) -> jwt.Claims:
    now = int(world.now().timestamp())
    principal = world.id_of(f"service principal {client_id}")
    return {
        "aud": resource,
        "iss": f"https://sts.windows.net/{world.tenant_id}/",
        "iat": now,
        "nbf": now,
        "exp": now + _LIFETIME_S,
        "appid": client_id,
        "idtyp": "app",
        "oid": principal,
        "sub": principal,
        "tid": world.tenant_id,
        "ver": "1.0",
        "uti": uuid4().hex,
    }


def _roles(world: World, client_id: str) -> list[str]:
    if client_id == world.client_id or client_id in world.settings.guest_clients:
        return list(world.settings.permissions)
    if client_id == world.admin_client_id:
        return list(EVERYTHING)
    raise _RefusedError(
        400,
        "unauthorized_client",
        700016,
        f"Application with identifier '{client_id}' was not found in the directory '{world.name}'.",
    )


def _authenticate(world: World, client_id: str, form: dict[str, str]) -> None:
    """Check the secret; of an assertion, that a certificate's names this client and a federated one names somebody."""
    if "client_assertion" in form:
        claims = jwt.peek(form["client_assertion"])
        issuer, subject = claims.get("iss"), claims.get("sub")
        ours = bool(issuer and subject) and (issuer != subject or subject == client_id)
        if form.get("client_assertion_type") != _ASSERTION or not ours:
            raise _RefusedError(401, "invalid_client", 50027, "JWT token is invalid or malformed.")
        if not _in_time(claims.get("exp")):
            raise _RefusedError(401, "invalid_client", 700024, "Client assertion is not within its valid time range.")
        return
    if "client_secret" not in form:
        raise _RefusedError(
            401,
            "invalid_client",
            7000218,
            "The request body must contain the following parameter: 'client_assertion' or 'client_secret'.",
        )
    expected = world.client_secret if client_id == world.client_id else world.admin_client_secret
    if not hmac.compare_digest(form["client_secret"].encode(), expected.encode()):
        raise _RefusedError(401, "invalid_client", 7000215, f"Invalid client secret provided for app '{client_id}'.")


def _in_time(end: object) -> bool:
    return isinstance(end, int | float) and end >= time.time()


def _unknown_tenant(request: Request) -> _RefusedError:
    tenant = request.path_params["tenant"]
    return _RefusedError(400, "invalid_request", 90002, f"Tenant '{tenant}' not found. Check the tenant ID.")


def _refusal(error: _RefusedError) -> Response:
    trace, correlation = str(uuid4()), str(uuid4())
    timestamp = time.strftime("%Y-%m-%d %H:%M:%SZ", time.gmtime())
    body: dict[str, Any] = {
        "error": error.error,
        "error_description": f"AADSTS{error.number}: {error} Trace ID: {trace} Correlation ID: {correlation} "
        f"Timestamp: {timestamp}",
        "error_codes": [error.number],
        "timestamp": timestamp,
        "trace_id": trace,
        "correlation_id": correlation,
        "error_uri": f"https://login.microsoftonline.com/error?code={error.number}",
    }
    return JSONResponse(body, error.status)
