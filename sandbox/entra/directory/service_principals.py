"""Service principals: the enterprise applications of the tenant."""

from starlette.responses import Response

from sandbox.core.store import reference
from sandbox.entra.directory import directory_objects, references
from sandbox.entra.graph.calls import Call, Routes, entity, nothing
from sandbox.entra.graph.errors import bad_request
from sandbox.entra.graph.permissions import READ_APPLICATIONS, WRITE_APPLICATIONS

routes = Routes()
routes.extend(references.reading("servicePrincipals", "servicePrincipal", READ_APPLICATIONS))
routes.extend(
    references.routes("servicePrincipals", "servicePrincipal", "owners", READ_APPLICATIONS, WRITE_APPLICATIONS)
)


@routes("POST", "/servicePrincipals", WRITE_APPLICATIONS)
async def _create(call: Call) -> Response:
    directory_objects.require(call.body, "appId")
    app_id = call.body["appId"]
    applications = [one for one in directory_objects.present(call.world, "application") if one["appId"] == app_id]
    if not applications:
        raise bad_request(
            f"The appId '{app_id}' of the service principal does not reference a valid application object."
        )
    if any(one["appId"] == app_id for one in call.world.all("servicePrincipal")):
        raise bad_request(f"The service principal cannot be created: one with the appId {app_id} is already in use.")
    fresh = directory_objects.new(
        call.world,
        "servicePrincipal",
        appDisplayName=applications[0]["displayName"],
        appOwnerOrganizationId=call.world.tenant_id,
        appRoles=applications[0]["appRoles"],
        displayName=applications[0]["displayName"],
        servicePrincipalNames=[app_id],
    )
    principal = directory_objects.merged(fresh, call.body)
    call.world.put("servicePrincipal", principal["id"], principal)
    call.world.put_many("owners", reference(principal["id"], call.caller))
    return entity(call, "servicePrincipals/$entity", principal, 201)


@routes("PATCH", "/servicePrincipals/{id}", WRITE_APPLICATIONS)
async def _patch(call: Call) -> Response:
    principal = directory_objects.find(call.world, "servicePrincipal", call["id"])
    call.world.put("servicePrincipal", call["id"], directory_objects.merged(principal, call.body))
    return nothing()


@routes("DELETE", "/servicePrincipals/{id}", WRITE_APPLICATIONS)
async def _delete(call: Call) -> Response:
    principal = directory_objects.find(call.world, "servicePrincipal", call["id"])
    directory_objects.delete_service_principal(call.world, principal)
    return nothing()
