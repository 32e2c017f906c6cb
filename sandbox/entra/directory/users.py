"""Users. v1.0 answers eleven properties unless $select asks for more, as Graph does; beta answers all.

A deleted user waits in the deleted items for 30 days; other objects are gone at once.
"""

from uuid import uuid4

from starlette.responses import Response
from starlette.routing import Route

from sandbox.core.store import Document
from sandbox.entra import shapes
from sandbox.entra.directory import directory_objects
from sandbox.entra.graph import odata
from sandbox.entra.graph.calls import Call, collection, entity, nothing, route
from sandbox.entra.graph.errors import bad_request, not_found
from sandbox.entra.graph.permissions import READ_USERS, WRITE_USERS


def routes() -> list[Route]:
    """List the routes of users."""
    return [
        route("GET", "/users", READ_USERS, _list),
        route("POST", "/users", WRITE_USERS, _create),
        route("GET", "/users/{id}", READ_USERS, _get),
        route("PATCH", "/users/{id}", WRITE_USERS, _patch),
        route("DELETE", "/users/{id}", WRITE_USERS, _delete),
        route("GET", "/users/{id}/memberOf", READ_USERS, _member_of),
        route("GET", "/users/{id}/manager", READ_USERS, _manager),
        route("PUT", "/users/{id}/manager/$ref", WRITE_USERS, _set_manager),
        route("DELETE", "/users/{id}/manager/$ref", WRITE_USERS, _remove_manager),
        route("GET", "/directory/deletedItems/microsoft.graph.user", READ_USERS, _deleted_list),
        route("GET", "/directory/deletedItems/graph.user", READ_USERS, _deleted_list),
        route("GET", "/directory/deletedItems/{id}", READ_USERS, _get_deleted),
        route("POST", "/directory/deletedItems/{id}/restore", WRITE_USERS, _restore),
        route("DELETE", "/directory/deletedItems/{id}", WRITE_USERS, _purge),
    ]


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


async def _list(call: Call) -> Response:
    users = directory_objects.present(call.world, "user")
    return collection(call, "users", users, default="" if call.beta else shapes.USER_V1_DEFAULT)


async def _create(call: Call) -> Response:
    directory_objects.require(
        call.body, "accountEnabled", "displayName", "mailNickname", "passwordProfile", "userPrincipalName"
    )
    _check_is_free(call, "")
    fresh = shapes.user(id=str(uuid4()), createdDateTime=call.world.now().strftime("%Y-%m-%dT%H:%M:%SZ"))
    user = _without_password(directory_objects.merged(fresh, call.body))
    call.world.put("user", user["id"], user)
    return entity(call, "users/$entity", _shown(call, user), 201)


async def _get(call: Call) -> Response:
    return entity(call, "users/$entity", _shown(call, _found(call)))


def _check_is_free(call: Call, identity: str) -> None:
    """Raise GraphError 400 if another user has the user principal name that the body gives to this one."""
    name = call.body.get("userPrincipalName")
    if isinstance(name, str) and any(one["id"] != identity for one in _named(call, name)):
        raise bad_request("Another object with the same value for property userPrincipalName already exists.")


async def _patch(call: Call) -> Response:
    user = _found(call)
    _check_is_free(call, user["id"])
    call.world.put("user", user["id"], _without_password(directory_objects.merged(user, call.body)))
    return nothing()


def _without_password(user: Document) -> Document:
    return user | {"passwordProfile": None}


async def _delete(call: Call) -> Response:
    """Delete softly: the user waits in the deleted items; memberships and assignments stay for a restore."""
    user = _found(call)
    call.world.put("user", user["id"], user | {"deletedDateTime": call.world.now().strftime("%Y-%m-%dT%H:%M:%SZ")})
    return nothing()


async def _member_of(call: Call) -> Response:
    return collection(call, "directoryObjects", directory_objects.containing(call.world, _found(call)["id"]))


async def _manager(call: Call) -> Response:
    user = _found(call)
    manager = call.world.get("manager", user["id"])
    if manager is None:
        raise not_found(user["id"])
    return entity(call, "directoryObjects/$entity", directory_objects.find(call.world, "user", manager["id"]))


async def _set_manager(call: Call) -> Response:
    manager = directory_objects.find(call.world, "user", directory_objects.bound_id(call.body.get("@odata.id")))
    call.world.put("manager", _found(call)["id"], {"id": manager["id"]})
    return nothing()


async def _remove_manager(call: Call) -> Response:
    if not call.world.delete("manager", _found(call)["id"]):
        raise not_found(call["id"])
    return nothing()


def _deleted(call: Call) -> Document:
    user = call.world.get("user", call["id"])
    if user is None or not user["deletedDateTime"]:
        raise not_found(call["id"])
    return user


async def _deleted_list(call: Call) -> Response:
    return collection(call, "directoryObjects", [one for one in call.world.all("user") if one["deletedDateTime"]])


async def _get_deleted(call: Call) -> Response:
    return entity(call, "directoryObjects/$entity", directory_objects.typed("user", _deleted(call)))


async def _restore(call: Call) -> Response:
    user: Document = {**_deleted(call), "deletedDateTime": None}
    call.world.put("user", call["id"], user)
    return entity(call, "directoryObjects/$entity", directory_objects.typed("user", user))


async def _purge(call: Call) -> Response:
    _deleted(call)
    directory_objects.forget_principal(call.world, call["id"])
    call.world.delete("user", call["id"])
    return nothing()
