"""Groups with their members and owners."""

from uuid import uuid4

from starlette.responses import Response
from starlette.routing import Route

from sandbox.entra import shapes
from sandbox.entra.directory import directory_objects, references
from sandbox.entra.graph.calls import Call, collection, entity, nothing, route
from sandbox.entra.graph.permissions import READ_GROUPS, WRITE_GROUPS, WRITE_MEMBERS


def routes() -> list[Route]:
    """List the routes of groups."""
    return [
        *references.reading("groups", "group", READ_GROUPS),
        route("POST", "/groups", WRITE_GROUPS, _create),
        route("PATCH", "/groups/{id}", WRITE_GROUPS, _patch),
        route("DELETE", "/groups/{id}", WRITE_GROUPS, _delete),
        route("GET", "/groups/{id}/memberOf", READ_GROUPS, _member_of),
        *references.routes("groups", "group", "members", READ_GROUPS, WRITE_MEMBERS),
        *references.routes("groups", "group", "owners", READ_GROUPS, WRITE_GROUPS),
    ]


async def _create(call: Call) -> Response:
    directory_objects.require(call.body, "displayName", "mailEnabled", "mailNickname", "securityEnabled")
    fresh = shapes.group(id=str(uuid4()), createdDateTime=call.world.now().strftime("%Y-%m-%dT%H:%M:%SZ"))
    group = directory_objects.merged(fresh, call.body)
    call.world.put("group", group["id"], group)
    directory_objects.refer(call.world, "members", group["id"], directory_objects.bound_ids(call.body, "members"))
    directory_objects.refer(call.world, "owners", group["id"], directory_objects.bound_ids(call.body, "owners"))
    return entity(call, "groups/$entity", group, 201)


async def _patch(call: Call) -> Response:
    """Merge, and add the members that `members@odata.bind` names."""
    group = directory_objects.find(call.world, "group", call["id"])
    directory_objects.refer(call.world, "members", call["id"], directory_objects.bound_ids(call.body, "members"))
    call.world.put("group", call["id"], directory_objects.merged(group, call.body))
    return nothing()


async def _delete(call: Call) -> Response:
    directory_objects.find(call.world, "group", call["id"])
    directory_objects.forget_principal(call.world, call["id"])
    call.world.delete("group", call["id"])
    return nothing()


async def _member_of(call: Call) -> Response:
    directory_objects.find(call.world, "group", call["id"])
    return collection(call, "directoryObjects", directory_objects.containing(call.world, call["id"]))
