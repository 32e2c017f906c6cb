"""Users. v1.0 answers eleven properties unless $select asks for more, as Graph does; beta answers all.

A deleted user waits in the deleted items for 30 days; other objects are gone at once.
"""

from starlette.responses import Response

from sandbox.core.store import Document
from sandbox.entra import shapes
from sandbox.entra.directory import directory_objects
from sandbox.entra.graph import odata
from sandbox.entra.graph.calls import Call, Routes, collection, entity, nothing
from sandbox.entra.graph.errors import bad_request, not_found
from sandbox.entra.graph.permissions import READ_USERS, WRITE_USERS

routes = Routes()


def _found(call: Call) -> Document:
    """Return the user of the path, which names an id or a user principal name."""
    if "@" not in call["id"]:
        return directory_objects.find(call.world, "user", call["id"])
    named = _named(call, call["id"])
    if not named:
        raise not_found(call["id"])
    return named[0]


def _named(call: Call, name: str) -> list[Document]:
    return [one for _, one in call.world.where("user", "userPrincipalName", name) if not one["deletedDateTime"]]


def _shown(call: Call, user: Document) -> Document:
    return user if call.beta or call.option("$select") else odata.select(user, shapes.USER_V1_DEFAULT)


@routes("GET", "/users", READ_USERS)
async def _list(call: Call) -> Response:
    users = directory_objects.present(call.world, "user")
    return collection(call, "users", users, default="" if call.beta else shapes.USER_V1_DEFAULT)


@routes("POST", "/users", WRITE_USERS)
async def _create(call: Call) -> Response:
    directory_objects.require(
        call.body, "accountEnabled", "displayName", "mailNickname", "passwordProfile", "userPrincipalName"
    )
    _check_is_free(call, "")
    user = _without_password(directory_objects.merged(directory_objects.new(call.world, "user"), call.body))
    call.world.put("user", user["id"], user)
    return entity(call, "users/$entity", _shown(call, user), 201)


@routes("GET", "/users/{id}", READ_USERS)
async def _get(call: Call) -> Response:
    return entity(call, "users/$entity", _shown(call, _found(call)))


def _check_is_free(call: Call, identity: str) -> None:
    """Raise GraphError 400 if another user has the user principal name that the body gives to this one."""
    name = call.body.get("userPrincipalName")
    if isinstance(name, str) and any(one["id"] != identity for one in _named(call, name)):
        raise bad_request("Another object with the same value for property userPrincipalName already exists.")


@routes("PATCH", "/users/{id}", WRITE_USERS)
async def _patch(call: Call) -> Response:
    user = _found(call)
    _check_is_free(call, user["id"])
    call.world.put("user", user["id"], _without_password(directory_objects.merged(user, call.body)))
    return nothing()


def _without_password(user: Document) -> Document:
    return user | {"passwordProfile": None}


@routes("DELETE", "/users/{id}", WRITE_USERS)
async def _delete(call: Call) -> Response:
    """Delete softly: the user waits in the deleted items; memberships and assignments stay for a restore."""
    user = _found(call)
    directory_objects.delete_softly(call.world, "user", user)
    return nothing()


@routes("GET", "/users/{id}/memberOf", READ_USERS)
async def _member_of(call: Call) -> Response:
    return collection(call, "directoryObjects", directory_objects.containing(call.world, _found(call)["id"]))


@routes("GET", "/users/{id}/manager", READ_USERS)
async def _manager(call: Call) -> Response:
    user = _found(call)
    manager = call.world.get("manager", user["id"])
    if manager is None:
        raise not_found(user["id"])
    return entity(
        call,
        "directoryObjects/$entity",
        directory_objects.typed("user", directory_objects.find(call.world, "user", manager["id"])),
    )


@routes("PUT", "/users/{id}/manager/$ref", WRITE_USERS)
async def _set_manager(call: Call) -> Response:
    manager = directory_objects.find(call.world, "user", directory_objects.bound_id(call.body.get("@odata.id")))
    call.world.put("manager", _found(call)["id"], {"id": manager["id"]})
    return nothing()


@routes("DELETE", "/users/{id}/manager/$ref", WRITE_USERS)
async def _remove_manager(call: Call) -> Response:
    if not call.world.delete("manager", _found(call)["id"]):
        raise not_found(call["id"])
    return nothing()
