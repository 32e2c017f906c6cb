"""Provision on demand: the engine pushes one user or group now. Graph answers 200 for a failed push too."""

from starlette.responses import Response

from sandbox.entra.graph.calls import Call, Routes, entity
from sandbox.entra.graph.errors import GraphError
from sandbox.entra.graph.permissions import WRITE_SYNCHRONIZATION
from sandbox.entra.graph.shape_rules import Shape, expect
from sandbox.entra.synchronization.jobs import JOB, found
from sandbox.provisioning import CredentialsRefused

_SUBJECT: Shape = {"objectId": str, "objectTypeName": str}
_REQUEST: Shape = {"parameters": [{"ruleId": str, "subjects": [{**_SUBJECT, "links": {"members": [_SUBJECT]}}]}]}
_CONTEXT = "microsoft.graph.stringKeyStringValuePair"


routes = Routes()


@routes("POST", f"{JOB}/provisionOnDemand", WRITE_SYNCHRONIZATION)
async def _provision(call: Call) -> Response:
    job = found(call)
    secrets = (call.world.get("secrets", call["id"]) or {"value": []})["value"]
    if not {"BaseAddress", "SecretToken"} <= {pair["key"] for pair in secrets}:
        raise GraphError(400, "CredentialsMissing", "The credentials of this application are missing.")
    expect(call.body, _REQUEST)
    parameters = call.body.get("parameters")
    if not parameters:
        raise GraphError(400, "BadRequest", "A list of parameters, each with ruleId and subjects, is expected.")
    try:
        pushed = await call.request.app.state.provisioning.provision_on_demand(call.world, job["id"], parameters)
    except CredentialsRefused as refusal:
        raise GraphError(400, refusal.code, refusal.message) from None
    return entity(call, _CONTEXT, pushed)
