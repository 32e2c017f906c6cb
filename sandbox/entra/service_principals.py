"""Service principals: the enterprise applications of the tenant."""

from uuid import uuid4

from starlette.responses import Response
from starlette.routing import Route

from sandbox.entra import directory, references, shapes
from sandbox.entra.errors import bad_request
from sandbox.entra.graph import Call, collection, entity, nothing, route
from sandbox.entra.permissions import READ_APPLICATIONS, WRITE_APPLICATIONS
from sandbox.store import reference


def routes() -> list[Route]:
    """List the routes of service principals."""
    return [
        route("GET", "/servicePrincipals", READ_APPLICATIONS, _list),
        route("POST", "/servicePrincipals", WRITE_APPLICATIONS, _create),
        route("GET", "/servicePrincipals/{id}", READ_APPLICATIONS, _get),
        route("PATCH", "/servicePrincipals/{id}", WRITE_APPLICATIONS, _patch),
        route("DELETE", "/servicePrincipals/{id}", WRITE_APPLICATIONS, _delete),
        *references.routes("servicePrincipals", "servicePrincipal", "owners", READ_APPLICATIONS, WRITE_APPLICATIONS),
    ]


async def _list(call: Call) -> Response:
    return collection(call, "servicePrincipals", directory.present(call.world, "servicePrincipal"))


async def _create(call: Call) -> Response:
    directory.require(call.body, "appId")
    app_id = call.body["appId"]
    applications = [one for one in call.world.all("application") if one["appId"] == app_id]
    if not applications:
        raise bad_request(
            f"The appId '{app_id}' of the service principal does not reference a valid application object."
        )
    if any(one["appId"] == app_id for one in call.world.all("servicePrincipal")):
        raise bad_request(f"The service principal cannot be created: one with the appId {app_id} is already in use.")
    fresh = shapes.service_principal(
        id=str(uuid4()),
        appDisplayName=applications[0]["displayName"],
        appOwnerOrganizationId=call.world.tenant_id,
        appRoles=applications[0]["appRoles"],
        createdDateTime=call.world.now().strftime("%Y-%m-%dT%H:%M:%SZ"),
        displayName=applications[0]["displayName"],
        servicePrincipalNames=[app_id],
    )
    principal = directory.merged(fresh, call.body)
    call.world.put("servicePrincipal", principal["id"], principal)
    call.world.put_many("owners", reference(principal["id"], call.caller))
    return entity(call, "servicePrincipals/$entity", principal, 201)


async def _get(call: Call) -> Response:
    return entity(call, "servicePrincipals/$entity", directory.find(call.world, "servicePrincipal", call["id"]))


async def _patch(call: Call) -> Response:
    principal = directory.find(call.world, "servicePrincipal", call["id"])
    call.world.put("servicePrincipal", call["id"], directory.merged(principal, call.body))
    return nothing()


async def _delete(call: Call) -> Response:
    directory.find(call.world, "servicePrincipal", call["id"])
    directory.forget_service_principal(call.world, call["id"])
    return nothing()
