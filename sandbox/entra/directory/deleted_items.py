"""The recycle bin of the directory: users, applications and service principals that were deleted and can be restored.

Each is restored for itself: an application without its service principal. Source: Graph v1.0, directory: deletedItems.
"""

from starlette.responses import Response

from sandbox.core.store import Document
from sandbox.entra.directory import directory_objects
from sandbox.entra.graph.calls import Call, Routes, collection, entity, nothing, route
from sandbox.entra.graph.errors import not_found
from sandbox.entra.graph.permissions import (
    READ_APPLICATIONS,
    READ_DELETED,
    READ_USERS,
    WRITE_DELETED,
)

_KINDS = {"user": READ_USERS, "application": READ_APPLICATIONS, "servicePrincipal": READ_APPLICATIONS}
_PATH = "/directory/deletedItems/{id}"

routes = Routes()


def _listed(kind: str) -> None:
    async def listed(call: Call) -> Response:
        return collection(call, "directoryObjects", [one for one in call.world.all(kind) if one.get("deletedDateTime")])

    for name in (f"microsoft.graph.{kind}", f"graph.{kind}"):
        routes.append(route("GET", f"/directory/deletedItems/{name}", _KINDS[kind], listed))


for _kind in _KINDS:
    _listed(_kind)


def _deleted(call: Call) -> tuple[str, Document]:
    for kind in _KINDS:
        document = call.world.get(kind, call["id"])
        if document and document.get("deletedDateTime"):
            return kind, document
    raise not_found(call["id"])


@routes("GET", _PATH, READ_DELETED)
async def _get(call: Call) -> Response:
    return entity(call, "directoryObjects/$entity", directory_objects.typed(*_deleted(call)))


@routes("POST", f"{_PATH}/restore", WRITE_DELETED)
async def _restore(call: Call) -> Response:
    kind, document = _deleted(call)
    restored: Document = {**document, "deletedDateTime": None}
    call.world.put(kind, call["id"], restored)
    return entity(call, "directoryObjects/$entity", directory_objects.typed(kind, restored))


@routes("DELETE", _PATH, WRITE_DELETED)
async def _purge(call: Call) -> Response:
    kind, _ = _deleted(call)
    directory_objects.forget_principal(call.world, call["id"])
    call.world.delete(kind, call["id"])
    return nothing()
