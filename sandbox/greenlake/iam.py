"""GreenLake's log-in: an API client trades its credentials for a bearer that lives 15 minutes.

Two ways, as HPE's own Terraform provider knows them: `glcs` posts to `/iam/v1/token` with the scope `hpe-tenant`, `glp`
posts to the token address itself without a scope. Answers and errors as RFC 6749, sections 4.4 and 5.2; HPE's own
wording is not public.
"""

import base64
import binascii
import hmac
from collections.abc import Mapping
from functools import partial
from urllib.parse import parse_qsl
from uuid import uuid4

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox.core import jwt
from sandbox.core.world import World, Worlds

SERVICE = "/iam"
_IDENTIFIES = {"workspace_id": "workspace"}  # any other claim is another id of the same workspace
_NO_STORE = {"Cache-Control": "no-store", "Pragma": "no-cache"}


def routes() -> list[Route]:
    """List the log-in's routes."""
    return [
        Route(f"{SERVICE}/v1/token", partial(_answer, scoped=True), methods=["POST"]),
        Route(SERVICE, partial(_answer, scoped=False), methods=["POST"]),
    ]


class LoginError(Exception):
    """A refusal in the words of RFC 6749 section 5.2."""

    def __init__(self, status: int, code: str, description: str) -> None:
        super().__init__(description)
        self.status, self.code = status, code


async def _answer(request: Request, *, scoped: bool) -> Response:
    form = dict(parse_qsl((await request.body()).decode("latin-1")))
    try:
        world = _authenticated(request.app.state.worlds, _credentials(request, form))
        scope = _granted(world, form, scoped=scoped)
    except LoginError as error:
        challenge = {"WWW-Authenticate": "Basic"} if error.status == 401 else {}
        body = {"error": error.code, "error_description": str(error)}
        return JSONResponse(body, error.status, {**_NO_STORE, **challenge})
    body = {"access_token": bearer(world), "token_type": "Bearer", "expires_in": world.settings.bearer_lifetime_s}
    return JSONResponse({**body, "scope": scope} if scoped else body, headers=_NO_STORE)


def bearer(world: World) -> str:
    """Issue a bearer for this workspace: a JWT of `bearer_lifetime_s`."""
    now = int(world.now().timestamp())
    return jwt.encode(
        {
            "iss": "https://sandbox.invalid/iam",
            "sub": world.iam_client_id,
            "client_id": world.iam_client_id,
            **{name: world.id_of(_IDENTIFIES.get(name, name)) for name in world.settings.bearer_claims},
            "jti": str(uuid4()),
            "iat": now,
            "exp": now + world.settings.bearer_lifetime_s,
        },
        world.signing_key,
    )


def _credentials(request: Request, form: Mapping[str, str]) -> tuple[str, str]:
    """Read client id and secret from the form, or from HTTP Basic, which OAuth allows as well."""
    kind, _, value = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() == "basic":
        try:
            name, _, secret = base64.b64decode(value, validate=True).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            raise LoginError(401, "invalid_client", "the Authorization header is malformed") from None
        return name, secret
    missing = [name for name in ("client_id", "client_secret") if not form.get(name)]
    if missing:
        raise LoginError(400, "invalid_request", f"missing parameter: {' and '.join(missing)}")
    return form["client_id"], form["client_secret"]


def _authenticated(worlds: Worlds, credentials: tuple[str, str]) -> World:
    client, secret = credentials
    world = worlds.owning(client)
    known = world is not None and world.iam_client_id == client
    if world is None or not known or not hmac.compare_digest(secret.encode(), world.iam_client_secret.encode()):
        raise LoginError(401, "invalid_client", "client authentication failed")
    return world


def _granted(world: World, form: Mapping[str, str], *, scoped: bool) -> str:
    if form.get("grant_type") != "client_credentials":
        raise LoginError(400, "unsupported_grant_type", "grant_type must be client_credentials")
    wanted = form.get("scope", "")
    if scoped and wanted != world.settings.iam_scope:
        raise LoginError(400, "invalid_scope", f"scope must be {world.settings.iam_scope}")
    return wanted
