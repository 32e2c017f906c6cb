"""Applications, and the Custom template: its instantiate call makes one that can be provisioned."""

from uuid import uuid4

from starlette.responses import Response
from starlette.routing import Route

from sandbox.core.store import Document, reference
from sandbox.core.world import World
from sandbox.entra import shapes
from sandbox.entra.directory import directory_objects, references
from sandbox.entra.graph.calls import Call, collection, entity, nothing, route
from sandbox.entra.graph.errors import GraphError
from sandbox.entra.graph.permissions import NOTHING, READ_APPLICATIONS, WRITE_APPLICATIONS

_TAGS = ["WindowsAzureActiveDirectoryCustomSingleSignOnApplication", "WindowsAzureActiveDirectoryIntegratedApp"]
_HOMEPAGE = "https://account.activedirectory.windowsazure.com:444/applications/default.aspx?metadata="


def routes() -> list[Route]:
    """List the routes of applications and their template."""
    return [
        route("GET", "/applicationTemplates", NOTHING, _templates),
        route("GET", "/applicationTemplates/{template}", NOTHING, _template),
        route("POST", "/applicationTemplates/{template}/instantiate", WRITE_APPLICATIONS, _instantiate),
        *references.reading("applications", "application", READ_APPLICATIONS),
        route("POST", "/applications", WRITE_APPLICATIONS, _create),
        route("PATCH", "/applications/{id}", WRITE_APPLICATIONS, _patch),
        route("DELETE", "/applications/{id}", WRITE_APPLICATIONS, _delete),
        *references.routes("applications", "application", "owners", READ_APPLICATIONS, WRITE_APPLICATIONS),
    ]


def instantiate(world: World, name: str, owner: str | None) -> tuple[Document, Document]:
    """Make an application and its service principal from the Custom template, and return both."""
    app_id, now = str(uuid4()), world.now().strftime("%Y-%m-%dT%H:%M:%SZ")
    application = shapes.application(
        id=str(uuid4()),
        appId=app_id,
        applicationTemplateId=shapes.TEMPLATE_ID,
        appRoles=shapes.app_roles(),
        createdDateTime=now,
        displayName=name,
        publisherDomain=world.domain,
    )
    principal = shapes.service_principal(
        id=str(uuid4()),
        appDisplayName=name,
        appId=app_id,
        appOwnerOrganizationId=world.tenant_id,
        appRoleAssignmentRequired=True,
        appRoles=shapes.app_roles(),
        applicationTemplateId=shapes.TEMPLATE_ID,
        createdDateTime=now,
        displayName=name,
        homepage=f"{_HOMEPAGE}customappsso|ISV9.1|primary|z",
        oauth2PermissionScopes=[_impersonation(name)],
        servicePrincipalNames=[app_id],
        tags=_TAGS,
    )
    _keep(world, application, owner)
    world.put("servicePrincipal", principal["id"], principal)
    if owner:
        world.put_many("owners", reference(principal["id"], owner))
    return application, principal


def _impersonation(name: str) -> Document:
    text = f"Allow the application to access {name} on behalf of the signed-in user."
    return {
        "adminConsentDescription": text,
        "adminConsentDisplayName": f"Access {name}",
        "id": str(uuid4()),
        "isEnabled": True,
        "type": "User",
        "userConsentDescription": text,
        "userConsentDisplayName": f"Access {name}",
        "value": "user_impersonation",
    }


def _keep(world: World, application: Document, owner: str | None) -> None:
    world.put("application", application["id"], application)
    if owner:
        world.put_many("owners", reference(application["id"], owner))


def _custom() -> Document:
    return {
        "id": shapes.TEMPLATE_ID,
        "displayName": "Custom",
        "homePageUrl": None,
        "supportedSingleSignOnModes": ["password", "saml", "external"],
        "supportedProvisioningTypes": ["sync"],
        "logoUrl": None,
        "categories": [],
        "publisher": None,
        "description": None,
    }


async def _templates(call: Call) -> Response:
    return collection(call, "applicationTemplates", [_custom()])


async def _template(call: Call) -> Response:
    _known_template(call)
    return entity(call, "applicationTemplates/$entity", _custom())


def _known_template(call: Call) -> None:
    if call["template"] != shapes.TEMPLATE_ID:
        raise GraphError(404, "ResourceNotFound", f"Application template '{call['template']}' was not found.")


async def _instantiate(call: Call) -> Response:
    _known_template(call)
    directory_objects.require(call.body, "displayName")
    application, principal = instantiate(call.world, call.body["displayName"], call.caller)
    both = {"application": application, "servicePrincipal": principal}
    return entity(call, "microsoft.graph.applicationServicePrincipal", both, 201)


async def _create(call: Call) -> Response:
    directory_objects.require(call.body, "displayName")
    now = call.world.now().strftime("%Y-%m-%dT%H:%M:%SZ")
    fresh = shapes.application(
        id=str(uuid4()), appId=str(uuid4()), createdDateTime=now, publisherDomain=call.world.domain
    )
    application = directory_objects.merged(fresh, call.body)
    _keep(call.world, application, call.caller)
    return entity(call, "applications/$entity", application, 201)


async def _patch(call: Call) -> Response:
    """Merge; a new display name also becomes the service principal's."""
    application = directory_objects.merged(directory_objects.find(call.world, "application", call["id"]), call.body)
    call.world.put("application", call["id"], application)
    for principal in _principals(call.world, application):
        name = application["displayName"]
        call.world.put("servicePrincipal", principal["id"], principal | {"displayName": name, "appDisplayName": name})
    return nothing()


async def _delete(call: Call) -> Response:
    """Remove the application with its service principal and everything that hangs on that."""
    application = directory_objects.find(call.world, "application", call["id"])
    for principal in _principals(call.world, application):
        directory_objects.forget_service_principal(call.world, principal["id"])
    directory_objects.forget_principal(call.world, call["id"])
    call.world.delete("application", call["id"])
    return nothing()


def _principals(world: World, application: Document) -> list[Document]:
    return [one for one in world.all("servicePrincipal") if one["appId"] == application["appId"]]
