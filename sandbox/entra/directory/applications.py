"""Applications, and the Custom template: its instantiate call makes one that can be provisioned."""

from uuid import uuid4

from starlette.responses import Response

from sandbox.core.store import Document, reference
from sandbox.core.world import World
from sandbox.entra import shapes
from sandbox.entra.directory import directory_objects, references
from sandbox.entra.graph.calls import Call, Routes, collection, entity, nothing
from sandbox.entra.graph.errors import GraphError
from sandbox.entra.graph.permissions import NOTHING, READ_APPLICATIONS, WRITE_APPLICATIONS

_TAGS = ["WindowsAzureActiveDirectoryCustomSingleSignOnApplication", "WindowsAzureActiveDirectoryIntegratedApp"]
_HOMEPAGE = "https://account.activedirectory.windowsazure.com:444/applications/default.aspx?metadata="


routes = Routes()
routes.extend(references.reading("applications", "application", READ_APPLICATIONS))
routes.extend(references.routes("applications", "application", "owners", READ_APPLICATIONS, WRITE_APPLICATIONS))


def instantiate(world: World, name: str, owner: str | None) -> tuple[Document, Document]:
    """Make an application and its service principal from the Custom template, and return both."""
    app_id = str(uuid4())
    application = directory_objects.new(
        world,
        "application",
        appId=app_id,
        displayName=name,
        publisherDomain=world.domain,
        **shapes.made("instantiated"),
    )
    principal = directory_objects.new(
        world,
        "servicePrincipal",
        appDisplayName=name,
        appId=app_id,
        appOwnerOrganizationId=world.tenant_id,
        appRoleAssignmentRequired=True,
        displayName=name,
        homepage=f"{_HOMEPAGE}customappsso|ISV9.1|primary|z",
        oauth2PermissionScopes=[_impersonation(name)],
        servicePrincipalNames=[app_id],
        tags=_TAGS,
        **shapes.made("instantiated"),
    )
    _keep(world, application, owner)
    world.put("servicePrincipal", principal["id"], principal)
    if owner:
        world.put_many("owners", reference(principal["id"], owner))
    return application, principal


def _impersonation(name: str) -> Document:
    parts = {
        "DisplayName": f"Access {name}",
        "Description": f"Allow the application to access {name} on behalf of the signed-in user.",
    }
    consent = {f"{who}Consent{part}": text for who in ("admin", "user") for part, text in parts.items()}
    return shapes.made("permission", id=str(uuid4()), **consent)


def _keep(world: World, application: Document, owner: str | None) -> None:
    world.put("application", application["id"], application)
    if owner:
        world.put_many("owners", reference(application["id"], owner))


@routes("GET", "/applicationTemplates", NOTHING)
async def _templates(call: Call) -> Response:
    return collection(call, "applicationTemplates", [shapes.made("applicationTemplate")])


@routes("GET", "/applicationTemplates/{template}", NOTHING)
async def _template(call: Call) -> Response:
    _known_template(call)
    return entity(call, "applicationTemplates/$entity", shapes.made("applicationTemplate"))


def _known_template(call: Call) -> None:
    if call["template"] != shapes.TEMPLATE_ID:
        raise GraphError(404, "ResourceNotFound", f"Application template '{call['template']}' was not found.")


@routes("POST", "/applicationTemplates/{template}/instantiate", WRITE_APPLICATIONS)
async def _instantiate(call: Call) -> Response:
    _known_template(call)
    directory_objects.require(call.body, "displayName")
    application, principal = instantiate(call.world, call.body["displayName"], call.caller)
    both = {"application": application, "servicePrincipal": principal}
    return entity(call, "microsoft.graph.applicationServicePrincipal", both, 201)


@routes("POST", "/applications", WRITE_APPLICATIONS)
async def _create(call: Call) -> Response:
    directory_objects.require(call.body, "displayName")
    domain = call.world.domain
    fresh = directory_objects.new(call.world, "application", appId=str(uuid4()), publisherDomain=domain)
    application = directory_objects.merged(fresh, call.body)
    _keep(call.world, application, call.caller)
    return entity(call, "applications/$entity", application, 201)


@routes("PATCH", "/applications/{id}", WRITE_APPLICATIONS)
async def _patch(call: Call) -> Response:
    """Merge; a new display name also becomes the service principal's."""
    application = directory_objects.merged(directory_objects.find(call.world, "application", call["id"]), call.body)
    call.world.put("application", call["id"], application)
    for principal in _principals(call.world, application):
        name = application["displayName"]
        call.world.put("servicePrincipal", principal["id"], principal | {"displayName": name, "appDisplayName": name})
    return nothing()


@routes("DELETE", "/applications/{id}", WRITE_APPLICATIONS)
async def _delete(call: Call) -> Response:
    """Put the application into the recycle bin, with its service principal."""
    application = directory_objects.find(call.world, "application", call["id"])
    for principal in _principals(call.world, application):
        directory_objects.delete_service_principal(call.world, principal)
    directory_objects.delete_softly(call.world, "application", application)
    return nothing()


def _principals(world: World, application: Document) -> list[Document]:
    principals = directory_objects.present(world, "servicePrincipal")
    return [one for one in principals if one["appId"] == application["appId"]]
