"""App role assignments: who may use an enterprise application, and therefore whom provisioning pushes."""

import secrets

from starlette.responses import Response

from sandbox.core.documents import objects
from sandbox.core.store import Document
from sandbox.core.world import World
from sandbox.entra.directory import directory_objects
from sandbox.entra.graph.calls import Call, Routes, collection, entity, nothing
from sandbox.entra.graph.errors import bad_request, not_found
from sandbox.entra.graph.permissions import READ_APPLICATIONS, WRITE_ASSIGNMENTS

_DEFAULT_ACCESS = "00000000-0000-0000-0000-000000000000"
_KIND = "appRoleAssignment"


_PATH = "/servicePrincipals/{id}/appRoleAssignedTo"
routes = Routes()


def assign(world: World, resource: Document, principal_id: str, role: str) -> Document:
    """Assign a principal to an application; raises GraphError as Graph does."""
    kind, principal = directory_objects.principal(world, principal_id)
    roles = {one.get("id") for one in objects(resource, "appRoles") if one.get("isEnabled", True)} or {_DEFAULT_ACCESS}
    if role not in roles:
        raise bad_request(f"Permission being assigned was not found on application '{resource['appId']}'.")
    for other in _all(world, resource["id"]):
        if other["principalId"] == principal_id and other["appRoleId"] == role:
            raise bad_request("Permission being assigned already exists on the object")
    assignment: Document = {
        "id": secrets.token_urlsafe(32),
        "deletedDateTime": None,
        "appRoleId": role,
        "createdDateTime": world.now().strftime("%Y-%m-%dT%H:%M:%S.%f0Z"),
        "principalDisplayName": principal["displayName"],
        "principalId": principal_id,
        "principalType": directory_objects.SINGULAR[kind],
        "resourceDisplayName": resource["displayName"],
        "resourceId": resource["id"],
    }
    world.put(_KIND, assignment["id"], assignment)
    return assignment


def _all(world: World, resource_id: str) -> list[Document]:
    return [one for one in world.all(_KIND) if one["resourceId"] == resource_id]


@routes("GET", _PATH, READ_APPLICATIONS)
async def _list(call: Call) -> Response:
    directory_objects.find(call.world, "servicePrincipal", call["id"])
    return collection(call, "appRoleAssignments", _all(call.world, call["id"]))


@routes("POST", _PATH, WRITE_ASSIGNMENTS)
async def _create(call: Call) -> Response:
    resource = directory_objects.find(call.world, "servicePrincipal", call["id"])
    directory_objects.require(call.body, "principalId", "resourceId", "appRoleId")
    if call.body["resourceId"] != call["id"]:
        raise bad_request("The resourceId must be that of the service principal in the address.")
    assignment = assign(call.world, resource, call.body["principalId"], call.body["appRoleId"])
    return entity(call, "appRoleAssignments/$entity", assignment, 201)


def _found(call: Call) -> Document:
    directory_objects.find(call.world, "servicePrincipal", call["id"])
    assignment = call.world.get(_KIND, call["assignment"])
    if assignment is None or assignment["resourceId"] != call["id"]:
        raise not_found(call["assignment"])
    return assignment


@routes("GET", f"{_PATH}/{{assignment}}", READ_APPLICATIONS)
async def _get(call: Call) -> Response:
    return entity(call, "appRoleAssignments/$entity", _found(call))


@routes("DELETE", f"{_PATH}/{{assignment}}", WRITE_ASSIGNMENTS)
async def _delete(call: Call) -> Response:
    call.world.delete(_KIND, _found(call)["id"])
    return nothing()


@routes("GET", "/groups/{id}/appRoleAssignments", READ_APPLICATIONS)
@routes("GET", "/users/{id}/appRoleAssignments", READ_APPLICATIONS)
async def _of_principal(call: Call) -> Response:
    directory_objects.principal(call.world, call["id"])
    principals = {one["id"] for one in directory_objects.present(call.world, "servicePrincipal")}
    mine = [
        one for one in call.world.all(_KIND) if one["principalId"] == call["id"] and one["resourceId"] in principals
    ]
    return collection(call, "appRoleAssignments", mine)
