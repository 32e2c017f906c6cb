"""A job's schema: read, replaced as a whole, restored. PATCH is the 404 that Graph's backend gives to it."""

import json

from starlette.responses import Response

from sandbox.core.store import Document
from sandbox.entra.graph.calls import Call, Routes, collection, entity, nothing
from sandbox.entra.graph.errors import GraphError, not_found
from sandbox.entra.graph.permissions import READ_SYNCHRONIZATION, WRITE_SYNCHRONIZATION
from sandbox.entra.synchronization.jobs import JOB, found
from sandbox.entra.synchronization.schema.default_schema import default_schema
from sandbox.entra.synchronization.schema.put_rules import saved
from sandbox.entra.synchronization.templates import TEMPLATE, context, template_schema

SCHEMA = f"{JOB}/schema"
TEMPLATE_SCHEMA = f"{TEMPLATE}/schema"
_BACKEND = "https://syncfabric.windowsazure.com/api/servicePrincipals('{sp}')/synchronization/jobs('{job}')/schema"


routes = Routes()


def schema_of(call: Call) -> Document:
    """Return the schema of a call's job, or of its template; raises GraphError 404."""
    if "template" in call.request.path_params:
        return template_schema(call)
    job = found(call)
    return call.world.get("schema", job["id"]) or default_schema(job["id"])


def schema_context(call: Call, tail: str) -> str:
    """Return the context of what is beneath a schema."""
    parts = call.request.path_params
    owner = f"templates('{parts['template']}')" if "template" in parts else f"jobs('{parts['job']}')"
    return context(call["id"], f"{owner}/schema/{tail}")


@routes("GET", SCHEMA, READ_SYNCHRONIZATION)
async def _get(call: Call) -> Response:
    return entity(call, schema_context(call, "$entity"), schema_of(call))


@routes("GET", f"{SCHEMA}/directories", READ_SYNCHRONIZATION)
@routes("GET", f"{TEMPLATE_SCHEMA}/directories", READ_SYNCHRONIZATION)
async def _directories(call: Call) -> Response:
    return collection(call, schema_context(call, "directories"), schema_of(call)["directories"])


@routes("GET", f"{SCHEMA}/directories/{{directory}}", READ_SYNCHRONIZATION)
@routes("GET", f"{TEMPLATE_SCHEMA}/directories/{{directory}}", READ_SYNCHRONIZATION)
@routes("POST", f"{SCHEMA}/directories/{{directory}}/discover", WRITE_SYNCHRONIZATION)
async def _directory(call: Call) -> Response:
    """Return a directory; discovery finds nothing new at an application that is in no gallery."""
    for directory in schema_of(call)["directories"]:
        if directory["id"] == call["directory"]:
            return entity(call, schema_context(call, "directories/$entity"), directory)
    raise not_found(call["directory"])


@routes("PUT", SCHEMA, WRITE_SYNCHRONIZATION)
async def _put(call: Call) -> Response:
    return _keep(call, saved(call.body, schema_of(call)))


@routes("DELETE", SCHEMA, WRITE_SYNCHRONIZATION)
async def _delete(call: Call) -> Response:
    """Restore the default mappings."""
    return _keep(call, saved(default_schema(call["job"]), schema_of(call)))


def _keep(call: Call, schema: Document) -> Response:
    """Save the schema; the next cycle looks at everything again."""
    call.world.put("schema", call["job"], schema)
    call.world.put("job", call["job"], found(call) | {"initialCycle": True})
    return nothing()


@routes("PATCH", SCHEMA, WRITE_SYNCHRONIZATION)
async def _patch(call: Call) -> Response:
    found(call)
    address = f"{_BACKEND.format(sp=call['id'], job=call['job'])}?api-version=2.0"
    message = {"Message": f"No HTTP resource was found that matches the request URI '{address}'."}
    raise GraphError(404, "UnknownError", json.dumps(message, separators=(",", ":")))
