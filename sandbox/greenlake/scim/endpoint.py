"""The SCIM 2.0 service behind the proxy tokens (RFC 7643 and 7644), over a world's documents.

A handler reads its body first and never waits after that: one request ends before the next begins, which is all the
transaction that one process needs.
"""

import copy
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox.core.filters import FilterError
from sandbox.core.http.addressing import bearer_of
from sandbox.core.json_types import decoded, is_object
from sandbox.core.store import Document
from sandbox.core.world import World
from sandbox.greenlake.scim import storage
from sandbox.greenlake.scim.patching import member_changes, operations, patched, touches_members
from sandbox.greenlake.scim.queries import Query, ordered, query, shown
from sandbox.greenlake.scim.schemas import DISCOVERY, RESOURCES, ScimError, complete, resource
from sandbox.greenlake.tokens import token_documents

BASE = "/v1alpha1/scimproxy"
MEDIA_TYPE = "application/scim+json"
_METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"]
_ENDPOINTS = {"users": "User", "groups": "Group"}
_MESSAGE = "urn:ietf:params:scim:api:messages:2.0:"


def routes() -> list[Route]:
    """List the SCIM service's routes."""
    return [Route(BASE, _scim, methods=_METHODS), Route(f"{BASE}/{{path:path}}", _scim, methods=_METHODS)]


async def _scim(request: Request) -> Response:
    body = await request.body()
    try:
        return _served(_call(request, body))
    except ScimError as error:
        return _refusal(error)
    except FilterError as error:
        return _refusal(ScimError(400, "invalidFilter", str(error)))


def _call(request: Request, body: bytes) -> "_Call":
    world: World | None = request.state.world
    if world is None or not token_documents.accepted(world, bearer_of(request.headers)):
        raise ScimError(401, "", "the SCIM proxy token is not valid")
    try:
        payload: object = decoded(body) if body else dict[str, Any]()
    except ValueError:
        payload = None
    if not is_object(payload):
        raise ScimError(400, "invalidSyntax", "the body is not a JSON object")
    return _Call(request, world, payload)


def _refusal(error: ScimError) -> Response:
    body = {"schemas": [f"{_MESSAGE}Error"], "status": str(error.status), "detail": str(error)}
    headers = {"WWW-Authenticate": "Bearer"} if error.status == 401 else {}
    return JSONResponse({**body, "scimType": error.kind} if error.kind else body, error.status, headers, MEDIA_TYPE)


class _Call:
    """One request to one world: what it is for, and how it is answered."""

    def __init__(self, request: Request, world: World, payload: Document) -> None:
        self.request, self.world, self.payload = request, world, payload
        self.method = "GET" if request.method == "HEAD" else request.method

    def query(self) -> Query:
        """Return the options in the address; raises ScimError."""
        return query(dict(self.request.query_params))

    def answer(self, body: Any, status: int = 200) -> Response:
        """Answer JSON, a resource with its version."""
        version = body.get("meta", {}).get("version")
        return JSONResponse(body, status, {"ETag": version} if version else {}, MEDIA_TYPE)

    def located(self, document: Document, kind: str, asked: Query) -> Document:
        """Return what is shown of a stored resource, with its whole address."""
        meta = document["meta"]
        address = f"{self.request.app.state.greenlake_url}{meta['location']}"
        return shown(kind, {**document, "meta": {**meta, "location": address}}, asked)

    def found(self, kind: str, identity: str) -> Document:
        """Return the resource of an address, a group without its members; ScimError if it has another version."""
        document = self.world.get(storage.KINDS[kind], identity)
        if document is None:
            raise _not_found()
        if not self.names("if-match", document, default="*"):
            raise ScimError(412, "", "the resource has another version")
        return document

    def names(self, header: str, document: Document, *, default: str = "") -> bool:
        """Return whether a header names the version of a document (RFC 9110 section 13.1)."""
        versions = [one.strip().removeprefix("W/") for one in self.request.headers.get(header, default).split(",")]
        return "*" in versions or document["meta"]["version"].removeprefix("W/") in versions


def _served(call: _Call) -> Response:
    """Answer what a path and a method are for; raises ScimError and FilterError."""
    path: str = call.request.path_params.get("path", "")
    first, _, rest = path.partition("/")
    kind = _ENDPOINTS.get(first.lower(), "")
    if first in ("Me", "Bulk"):
        raise ScimError(501, "", f"/{first} is not there")
    if first in DISCOVERY:
        return _discovery(call, first, rest)
    if path in ("", ".search"):
        return _found(call, list(storage.KINDS), is_search=bool(path))
    if not kind or "/" in rest or path.endswith("/"):
        raise _not_found()
    if rest == ".search" or (not rest and call.method == "GET"):
        return _found(call, [kind], is_search=bool(rest))
    if not rest:
        return _created(_only(call, "POST"), kind)
    serve = {"GET": _read, "PUT": _replaced, "PATCH": _patched, "DELETE": _deleted}
    return serve[_only(call, *serve).method](call, kind, rest)


def _only(call: _Call, *methods: str) -> _Call:
    if call.method not in methods:
        raise ScimError(405, "", f"the methods are {', '.join(methods)}")
    return call


def _not_found() -> ScimError:
    return ScimError(404, "", "there is no such resource")


def _discovery(call: _Call, name: str, identity: str) -> Response:
    """Answer the documents of discovery: one, or a list of which each has its own address."""
    _only(call, "GET")
    if "filter" in call.request.query_params:
        raise ScimError(403, "", "discovery takes no filter")
    address = f"{call.request.app.state.greenlake_url}{BASE}/{name}"
    published = copy.deepcopy(DISCOVERY[name])
    if is_object(published):
        published["meta"]["location"] = address
        return call.answer(published)
    for one in published:
        one["meta"]["location"] = f"{address}/{one['id']}"
    if not identity:
        return call.answer(_page(published, len(published), 1, len(published)))
    for one in published:
        if one["id"] == identity:
            return call.answer(one)
    raise _not_found()


def _found(call: _Call, kinds: list[str], *, is_search: bool) -> Response:
    asked = query(_only(call, "POST").payload) if is_search else _only(call, "GET") and call.query()
    found = [(kind, one) for kind in kinds for one in storage.matching(call.world, kind, asked.filter)]
    kind_of = {one["id"]: kind for kind, one in found}
    page = ordered([one for _, one in found], asked)[asked.start - 1 :][: asked.count]
    if asked.shows("members"):
        page = [storage.with_members(call.world, one) if kind_of[one["id"]] == "Group" else one for one in page]
    resources = [call.located(one, kind_of[one["id"]], asked) for one in page]
    return call.answer(_page(resources, len(found), asked.start, asked.count))


def _page(resources: list[Any], total: int, start: int, count: int) -> Document:
    sizes = {"totalResults": total, "startIndex": start, "itemsPerPage": count}
    return {"schemas": [f"{_MESSAGE}ListResponse"], **sizes, "Resources": resources}


def _created(call: _Call, kind: str) -> Response:
    location = f"{BASE}/{kind}s"
    made = storage.create(call.world, kind, resource(RESOURCES[kind], call.payload), location)
    answer = call.answer(call.located(made, kind, call.query()), 201)
    answer.headers["Location"] = f"{call.request.app.state.greenlake_url}{made['meta']['location']}"
    return answer


def _read(call: _Call, kind: str, identity: str) -> Response:
    document, asked = call.found(kind, identity), call.query()
    if call.names("if-none-match", document):
        return Response(status_code=304)
    whole = storage.with_members(call.world, document) if kind == "Group" and asked.shows("members") else document
    return call.answer(call.located(whole, kind, asked))


def _replaced(call: _Call, kind: str, identity: str) -> Response:
    """Replace the attributes that a client writes; a password that it leaves out stays."""
    before, asked, fresh = call.found(kind, identity), call.query(), resource(RESOURCES[kind], call.payload)
    kept = {name: one for name, one in before.items() if name in ("schemas", "id", "meta", "password")}
    return call.answer(call.located(storage.save(call.world, kind, {**kept, **fresh}, whole=True), kind, asked))


def _patched(call: _Call, kind: str, identity: str) -> Response:
    before, asked, changes = call.found(kind, identity), call.query(), operations(call.payload)
    members = member_changes(changes) if kind == "Group" else None
    if members is not None:
        after = storage.enter_and_leave(call.world, before, members)
    else:
        whole = kind == "Group" and touches_members(changes)
        document = storage.with_members(call.world, before) if whole else before
        after = complete(RESOURCES[kind], patched(document, changes, RESOURCES[kind]))
        after = storage.save(call.world, kind, after, whole=whole)
    if asked.only or asked.without:
        return call.answer(call.located(storage.with_members(call.world, after), kind, asked))
    return Response(status_code=204, headers={"ETag": after["meta"]["version"]})


def _deleted(call: _Call, kind: str, identity: str) -> Response:
    storage.delete(call.world, kind, call.found(kind, identity)["id"])
    return Response(status_code=204)
