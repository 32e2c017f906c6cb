"""GreenLake's proxy token API: create, rotate and delete the long-lived token that Entra presents to the SCIM service.

Documented: the two POSTs, the flag, the role (HPE Developer blog). Assumed: every answer body, every refusal, DELETE.
The flag is read under both spellings, because the blog uses both.
"""

import secrets
from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox.core import jwt
from sandbox.core.world import World
from sandbox.greenlake.tokens import token_documents, token_life
from sandbox.greenlake.tokens.token_life import NoTokenError, TokenExistsError, Tokens
from sandbox.greenlake.tokens.token_shapes import JWT_SHAPES, SHAPES, Issued

PATH = "/v1alpha1/proxytoken"
ROLE = "SCIM Proxy Token Contributor"
_FLAG_SPELLINGS = ("remove-current", "remove_current")


def routes() -> list[Route]:
    """List the proxy token API's routes."""
    return [
        Route(PATH, _guarded(_create), methods=["POST"]),
        Route(f"{PATH}/rotate", _guarded(_rotate), methods=["POST"]),
        Route(PATH, _guarded(_delete), methods=["DELETE"]),
    ]


class RefusalError(Exception):
    """An answer other than success: status, code, and a message that names nothing secret."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status, self.code = status, code

    def answer(self) -> Response:
        """Return it as HTTP."""
        challenge = {"WWW-Authenticate": "Bearer"} if self.status == 401 else {}
        return JSONResponse({"errorCode": self.code, "message": str(self)}, self.status, challenge)


def _guarded(operation: Callable[[Request, World], Response]) -> Callable[[Request], Awaitable[Response]]:
    """Check the bearer and its role before an operation, and turn refusals into answers."""

    async def handler(request: Request) -> Response:
        try:
            return operation(request, _authorized(request))
        except RefusalError as error:
            return error.answer()

    return handler


def _authorized(request: Request) -> World:
    """Return the workspace of a bearer that is genuine, not expired, and has the role."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise RefusalError(401, "UNAUTHORIZED", "a bearer token is required")
    world: World | None = request.state.world
    claims = jwt.decode(token, world.signing_key) if world else None
    if world is None or not claims or claims.get("client_id") != world.iam_client_id:
        raise RefusalError(401, "UNAUTHORIZED", "the bearer token is not valid")
    if claims["exp"] <= world.now().timestamp():
        raise RefusalError(401, "UNAUTHORIZED", "the bearer token has expired")
    if not world.settings.scim_proxy_role:
        raise RefusalError(403, "FORBIDDEN", f'the role "{ROLE}" is missing')
    return world


def _create(_: Request, world: World) -> Response:
    before = token_documents.load(world)
    value = _new_value(world)
    try:
        after = token_life.issue(before, token_documents.digest(value), world.settings, world.now())
    except TokenExistsError:
        raise RefusalError(409, "CONFLICT", "a SCIM proxy token already exists: rotate it") from None
    return _issued(world, before, after, value, world.settings.create_status)


def _rotate(request: Request, world: World) -> Response:
    remove_current = _flag(request)
    before = token_documents.load(world)
    value = _new_value(world)
    try:
        after = token_life.rotate(
            before,
            token_documents.digest(value),
            world.settings,
            world.now(),
            remove_current=remove_current,
        )
    except NoTokenError:
        raise RefusalError(404, "NOT_FOUND", "there is no SCIM proxy token: create one") from None
    return _issued(world, before, after, value, 200)


def _delete(_: Request, world: World) -> Response:
    if world.settings.delete == "refused":
        return Response(status_code=405, headers={"Allow": "POST"})
    if world.settings.delete == "absent":
        return Response("Not Found", 404, media_type="text/plain")
    before = token_documents.load(world)
    try:
        after = token_life.delete(before, world.now())
    except NoTokenError:
        raise RefusalError(404, "NOT_FOUND", "there is no SCIM proxy token") from None
    token_documents.save(world, before, after)
    return Response(status_code=204)


def _flag(request: Request) -> bool:
    """Read whether the current token ends at once; absent means no."""
    given = {request.query_params[name].lower() for name in _FLAG_SPELLINGS if name in request.query_params}
    if len(given) > 1 or not given <= {"true", "false"}:
        raise RefusalError(400, "BAD_REQUEST", "remove-current must be true or false")
    return given == {"true"}


def _new_value(world: World) -> str:
    """Make a token: opaque, or a JWT if the answer's shape needs it."""
    if world.settings.token_shape not in JWT_SHAPES:
        return f"glscim_{secrets.token_urlsafe(48)}"
    now = int(world.now().timestamp())
    claims = {
        "iss": "https://sandbox.invalid/scim-proxy",
        "workspace_id": world.workspace_id,
        "jti": secrets.token_hex(16),
        "iat": now,
        "exp": now + world.settings.token_lifetime_s,
    }
    return jwt.encode({**claims, "token_use": "scim-proxy"}, world.signing_key)


def _issued(world: World, before: Tokens, after: Tokens, value: str, status: int) -> Response:
    token_documents.save(world, before, after)
    newest = after[-1]
    body = SHAPES[world.settings.token_shape](Issued(value, newest.issued_at, newest.expires_at))
    return Response(body.text, status, {"Cache-Control": "no-store"}, body.media_type)
