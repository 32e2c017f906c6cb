"""The frame of every Graph call: bearer, permission, body, handler, answer or error envelope."""

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from starlette.datastructures import URL
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sandbox.core import jwt
from sandbox.core.http.addressing import world_of
from sandbox.core.json_types import decoded, is_object
from sandbox.core.store import Document
from sandbox.core.world import World
from sandbox.entra.graph import odata
from sandbox.entra.graph.errors import GraphError, not_found
from sandbox.entra.graph.permissions import Need

_JSON = "application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8"
_PAGE = 100
_LARGEST_PAGE = 999
_DIGITS = 12  # of the longest number that is read
_NAMED_IN_PATHS = ("servicePrincipal", "application", "group", "user", "job", "appRoleAssignment")
_OPTIONS = frozenset({"$filter", "$select", "$top", "$skiptoken", "$count", "$orderby"})


@dataclass(frozen=True)
class Call:
    """One authorised call: its world (as a GET sees it, else the newest), the caller's object id, the decoded body."""

    request: Request
    world: World
    caller: str
    body: Document

    def __getitem__(self, name: str) -> str:
        """Return a parameter of the path."""
        return self.request.path_params[name]

    @property
    def root(self) -> str:
        """The Graph address that was called, with the version."""
        return f"{self.request.app.state.entra_url}{self.request.scope['root_path']}"

    @property
    def beta(self) -> bool:
        """Whether the beta version was called."""
        return self.request.scope["root_path"] == "/beta"

    def option(self, name: str) -> str:
        """Return a query option, written in any case and with or without its $, "" if it was not given."""
        given = self.request.query_params.items()
        return next((value for key, value in given if f"${key.lower().removeprefix('$')}" == name), "")


Handler = Callable[[Call], Awaitable[Response]]


def route(method: str, path: str, need: Need, handler: Handler) -> Route:
    """Return a route that authorises before the handler runs and turns GraphError into Graph's envelope."""

    async def endpoint(request: Request) -> Response:
        try:
            world, claims = _bearer(request)
            need.check(claims["roles"])
            seen = world.as_read()
            _check_is_seen(request, world, seen, silent=need.silent)
            read_or_newest = seen if method == "GET" else world
            return await handler(Call(request, read_or_newest, claims["oid"], await _body(request)))
        except GraphError as error:
            client_request_id = request.headers.get("client-request-id") or str(uuid4())
            return _answer(error.envelope(client_request_id), error.status)

    return Route(path, endpoint, methods=[method])


class Routes(list[Route]):
    """The routes of a module: a handler is entered by `@routes(METHOD, path, what it needs)`."""

    def __call__(self, method: str, path: str, need: Need) -> Callable[[Handler], Handler]:
        """Enter a handler."""

        def enter(handler: Handler) -> Handler:
            self.append(route(method, path, need, handler))
            return handler

        return enter


def entity(call: Call, context: str, document: Document, status: int = 200) -> Response:
    """Answer one object, with its context and cut to $select."""
    if call.request.state.counted:
        raise GraphError(400, "BadRequest", "The request URI is not valid: $count is for collections.")
    chosen = odata.select(document, f"{call.option('$select')},@odata.type") if call.option("$select") else document
    return _answer({"@odata.context": f"{call.root}/$metadata#{context}", **chosen}, status)


def collection(
    call: Call, context: str, documents: list[Document], *, default: str = "", case_sensitive: bool = False
) -> Response:
    """Answer a list, filtered, cut and paged by its query options, or counted; `@odata.nextLink` leads on.

    `default` names the properties if no $select does, "" is all.
    """
    for name in call.request.query_params:
        if name.startswith("$") and name.lower() not in _OPTIONS:
            raise GraphError(400, "BadRequest", f"The query option '{name}' is not supported by this sandbox.")
    if call.option("$filter"):
        matches = odata.where(call.option("$filter"), case_sensitive=case_sensitive)
        documents = [document for document in documents if matches(document)]
    if call.option("$orderby"):
        documents = odata.ordered(documents, call.option("$orderby"))
    if call.request.state.counted:
        return Response(str(len(documents)), media_type="text/plain")
    top, start = _number(call, "$top", _PAGE), _number(call, "$skiptoken", 0)
    page = documents[start : start + top]
    chosen = call.option("$select") or default
    if chosen:
        page = [odata.select(document, f"{chosen},@odata.type") for document in page]
    body: Document = {"@odata.context": f"{call.root}/$metadata#{context}", "value": page}
    if call.option("$count").lower() == "true":
        body["@odata.count"] = len(documents)
    if start + top < len(documents):
        others = [name for name in call.request.query_params if name.lower().endswith("skiptoken")]
        scope = call.request.scope
        url = URL(f"{call.request.app.state.entra_url}{scope['path']}?{scope['query_string'].decode('latin-1')}")
        url = url.remove_query_params(others)
        body["@odata.nextLink"] = str(url.include_query_params(**{"$skiptoken": start + top}))
    return _answer(body, 200)


def plain(body: Any) -> Response:
    """Answer JSON as it is."""
    return _answer(body, 200)


def nothing() -> Response:
    """Answer that it is done."""
    return Response(status_code=204, headers={"request-id": str(uuid4())})


def _answer(body: Any, status: int) -> Response:
    return Response(json.dumps(body), status, {"request-id": str(uuid4())}, _JSON)


def _bearer(request: Request) -> tuple[World, jwt.Claims]:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise GraphError(401, "InvalidAuthenticationToken", "Access token is empty.")
    world = world_of(request.scope)
    claims = jwt.decode(token, world.signing_key) if world else None
    if world is None or claims is None or "tid" not in claims:
        raise GraphError(401, "InvalidAuthenticationToken", "IDX14100: JWT is not well formed, or is not from here.")
    if claims["exp"] <= world.now().timestamp():
        raise GraphError(401, "InvalidAuthenticationToken", "Lifetime validation failed, the token is expired.")
    return world, claims


def _check_is_seen(request: Request, world: World, seen: World, *, silent: bool) -> None:
    """Raise GraphError if the path names what was made so recently that this call does not see it yet.

    A write goes on from the newest state, but not on what is not seen. The synchronization API refuses a service
    principal that it does not know yet, as if it were somebody else's.
    """
    if seen is world:
        return
    for kind in _NAMED_IN_PATHS:
        for value in request.path_params.values():
            if world.get(kind, value) and not seen.get(kind, value):
                if silent and kind == "servicePrincipal":
                    raise GraphError(401, "UnknownError", "")
                raise not_found(value)


async def _body(request: Request) -> Document:
    raw = await request.body()
    if not raw:
        return {}
    try:
        body = decoded(raw)
    except ValueError:
        body = None
    if not is_object(body):
        raise GraphError(400, "BadRequest", "Unable to read JSON request payload.")
    return body


def _number(call: Call, option: str, default: int) -> int:
    given = call.option(option)
    if not given:
        return default
    is_number = given.isascii() and given.isdigit() and len(given) <= _DIGITS
    if not is_number or (option == "$top" and not 0 < int(given) <= _LARGEST_PAGE):
        raise GraphError(400, "BadRequest", f"Invalid value '{given}' for {option} query option found.")
    return int(given)
