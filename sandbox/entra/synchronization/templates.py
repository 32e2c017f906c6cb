"""What can be synchronized with an application: the templates of a non-gallery SCIM application."""

from starlette.responses import Response

from sandbox.core.store import Document
from sandbox.core.world import World
from sandbox.entra import shapes
from sandbox.entra.directory import directory_objects
from sandbox.entra.graph.calls import Call, Routes, collection, entity
from sandbox.entra.graph.errors import GraphError
from sandbox.entra.graph.permissions import READ_SYNCHRONIZATION
from sandbox.entra.synchronization.schema.default_schema import default_schema

ROOT = "/servicePrincipals/{id}/synchronization"
TEMPLATE = f"{ROOT}/templates/{{template}}"
_IDS = ("scim", "customappsso")


_PATH = f"{ROOT}/templates"
routes = Routes()


def context(service_principal: str, tail: str) -> str:
    """Return the part of an `@odata.context` behind the `#`."""
    return f"servicePrincipals('{service_principal}')/synchronization/{tail}"


def service_principal(world: World, object_id: str) -> Document:
    """Return the service principal of a call; raises GraphError."""
    return directory_objects.find(world, "servicePrincipal", object_id)


def template_ids(principal: Document) -> tuple[str, ...]:
    """List the templates of an application: none if a plain registration made it, as in the portal."""
    return _IDS if principal["applicationTemplateId"] == shapes.TEMPLATE_ID else ()


def _template(principal: Document, template: str) -> Document:
    names = {"id": template, "applicationId": principal["appId"], "factoryTag": template}
    return shapes.made("synchronizationTemplate", **names, default=template == _IDS[0])


def _known(call: Call) -> Document:
    principal = service_principal(call.world, call["id"])
    if call["template"] not in template_ids(principal):
        raise GraphError(404, "ResourceNotFound", f"Synchronization template '{call['template']}' was not found.")
    return principal


@routes("GET", ROOT, READ_SYNCHRONIZATION)
async def _whole(call: Call) -> Response:
    """Answer what templates, jobs and secrets belong to; by itself it has nothing but an id."""
    return entity(call, context(call["id"], "$entity"), {"id": service_principal(call.world, call["id"])["id"]})


@routes("GET", _PATH, READ_SYNCHRONIZATION)
async def _list(call: Call) -> Response:
    principal = service_principal(call.world, call["id"])
    listed = [_template(principal, template) for template in template_ids(principal)]
    return collection(call, context(call["id"], "templates"), listed)


@routes("GET", TEMPLATE, READ_SYNCHRONIZATION)
async def _get(call: Call) -> Response:
    return entity(call, context(call["id"], "templates/$entity"), _template(_known(call), call["template"]))


def template_schema(call: Call) -> Document:
    """Return the schema of a call's template; raises GraphError 404."""
    _known(call)
    return default_schema(f"{call['template']}.{'0' * 32}.{'0' * 8}-0000-0000-0000-{'0' * 12}")


@routes("GET", f"{TEMPLATE}/schema", READ_SYNCHRONIZATION)
async def _schema(call: Call) -> Response:
    where = f"templates('{call['template']}')/schema/$entity"
    return entity(call, context(call["id"], where), template_schema(call))
