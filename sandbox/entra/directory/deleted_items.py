"""Deleted items: users wait there for 30 days, to be restored or deleted for good. Other objects are gone at once."""

from starlette.responses import Response
from starlette.routing import Route

from sandbox.core.store import Document
from sandbox.entra.directory import directory_objects
from sandbox.entra.graph.calls import Call, collection, entity, nothing, route
from sandbox.entra.graph.errors import not_found
from sandbox.entra.graph.permissions import READ_USERS, WRITE_USERS


def routes() -> list[Route]:
    """List the routes of deleted items."""
    return [
        *(
            route("GET", f"/directory/deletedItems/{prefix}graph.user", READ_USERS, _list)
            for prefix in ("microsoft.", "")
        ),
        route("GET", "/directory/deletedItems/{id}", READ_USERS, _get),
        route("POST", "/directory/deletedItems/{id}/restore", WRITE_USERS, _restore),
        route("DELETE", "/directory/deletedItems/{id}", WRITE_USERS, _delete),
    ]


def _deleted(call: Call) -> Document:
    user = call.world.get("user", call["id"])
    if user is None or not user["deletedDateTime"]:
        raise not_found(call["id"])
    return user


async def _list(call: Call) -> Response:
    return collection(call, "directoryObjects", [one for one in call.world.all("user") if one["deletedDateTime"]])


async def _get(call: Call) -> Response:
    return entity(call, "directoryObjects/$entity", directory_objects.typed("user", _deleted(call)))


async def _restore(call: Call) -> Response:
    user: Document = {**_deleted(call), "deletedDateTime": None}
    call.world.put("user", call["id"], user)
    return entity(call, "directoryObjects/$entity", directory_objects.typed("user", user))


async def _delete(call: Call) -> Response:
    _deleted(call)
    directory_objects.forget_principal(call.world, call["id"])
    call.world.delete("user", call["id"])
    return nothing()
