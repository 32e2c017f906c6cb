"""Groups with their members and owners."""

from starlette.responses import Response

from sandbox.entra.directory import directory_objects, references
from sandbox.entra.graph.calls import Call, Routes, collection, entity, nothing
from sandbox.entra.graph.permissions import READ_GROUPS, WRITE_GROUPS, WRITE_MEMBERS

routes = Routes()
routes.extend(references.reading("groups", "group", READ_GROUPS))
routes.extend(references.routes("groups", "group", "members", READ_GROUPS, WRITE_MEMBERS))
routes.extend(references.routes("groups", "group", "owners", READ_GROUPS, WRITE_GROUPS))


@routes("POST", "/groups", WRITE_GROUPS)
async def _create(call: Call) -> Response:
    directory_objects.require(call.body, "displayName", "mailEnabled", "mailNickname", "securityEnabled")
    group = directory_objects.merged(directory_objects.new(call.world, "group"), call.body)
    bound = {name: directory_objects.bound_ids(call.body, name) for name in ("members", "owners")}
    directory_objects.refer(call.world, group["id"], **bound)
    call.world.put("group", group["id"], group)
    return entity(call, "groups/$entity", group, 201)


@routes("PATCH", "/groups/{id}", WRITE_GROUPS)
async def _patch(call: Call) -> Response:
    """Merge, and add the members that `members@odata.bind` names."""
    group = directory_objects.merged(directory_objects.find(call.world, "group", call["id"]), call.body)
    directory_objects.refer(call.world, call["id"], members=directory_objects.bound_ids(call.body, "members"))
    call.world.put("group", call["id"], group)
    return nothing()


@routes("DELETE", "/groups/{id}", WRITE_GROUPS)
async def _delete(call: Call) -> Response:
    directory_objects.find(call.world, "group", call["id"])
    directory_objects.forget_principal(call.world, call["id"])
    call.world.delete("group", call["id"])
    return nothing()


@routes("GET", "/groups/{id}/memberOf", READ_GROUPS)
async def _member_of(call: Call) -> Response:
    directory_objects.find(call.world, "group", call["id"])
    return collection(call, "directoryObjects", directory_objects.containing(call.world, call["id"]))
