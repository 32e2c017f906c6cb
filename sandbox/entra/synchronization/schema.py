"""A job's schema: read, replaced as a whole, restored. PATCH is the 404 that Graph's backend gives to it."""

import json

from starlette.responses import Response
from starlette.routing import Route

from sandbox.entra.errors import GraphError
from sandbox.entra.graph import Call, entity, nothing, route
from sandbox.entra.permissions import READ_SYNCHRONIZATION, WRITE_SYNCHRONIZATION
from sandbox.entra.synchronization.default_schema import default_schema
from sandbox.entra.synchronization.jobs import JOB, found
from sandbox.entra.synchronization.schema_rules import saved
from sandbox.entra.synchronization.templates import context
from sandbox.store import Document

SCHEMA = f"{JOB}/schema"
_BACKEND = "https://syncfabric.windowsazure.com/api/servicePrincipals('{sp}')/synchronization/jobs('{job}')/schema"


def routes() -> list[Route]:
    """List the routes of the schema itself."""
    return [
        route("GET", SCHEMA, READ_SYNCHRONIZATION, _get),
        route("PUT", SCHEMA, WRITE_SYNCHRONIZATION, _put),
        route("PATCH", SCHEMA, WRITE_SYNCHRONIZATION, _patch),
        route("DELETE", SCHEMA, WRITE_SYNCHRONIZATION, _delete),
    ]


def _stored(call: Call) -> Document:
    job = found(call)
    return call.world.get("schema", job["id"]) or default_schema(job["id"])


async def _get(call: Call) -> Response:
    where = f"jobs('{call['job']}')/schema/$entity"
    return entity(call, context(call["id"], where), _stored(call))


async def _put(call: Call) -> Response:
    return _keep(call, saved(call.body, _stored(call)))


async def _delete(call: Call) -> Response:
    """Restore the default mappings."""
    return _keep(call, saved(default_schema(call["job"]), _stored(call)))


def _keep(call: Call, schema: Document) -> Response:
    """Save the schema; the next cycle looks at everything again."""
    call.world.put("schema", call["job"], schema)
    call.world.put("job", call["job"], found(call) | {"initialCycle": True})
    return nothing()


async def _patch(call: Call) -> Response:
    found(call)
    address = f"{_BACKEND.format(sp=call['id'], job=call['job'])}?api-version=2.0"
    message = {"Message": f"No HTTP resource was found that matches the request URI '{address}'."}
    raise GraphError(404, "UnknownError", json.dumps(message, separators=(",", ":")))
