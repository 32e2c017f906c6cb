"""The portal's Test Connection: the engine tries credentials at the target, the saved ones or those sent along.

Assumed: a refusal is 400 in Graph's envelope with the engine's code; nobody has published one.
"""

from starlette.responses import Response

from sandbox.entra.graph.calls import Call, Routes, nothing
from sandbox.entra.graph.errors import GraphError
from sandbox.entra.graph.permissions import WRITE_SYNCHRONIZATION
from sandbox.entra.synchronization.jobs import JOB, found
from sandbox.entra.synchronization.secrets import pairs
from sandbox.entra.synchronization.templates import ROOT, service_principal
from sandbox.provisioning import CredentialsRefused

routes = Routes()


@routes("POST", f"{ROOT}/jobs/validateCredentials", WRITE_SYNCHRONIZATION)
async def _without_job(call: Call) -> Response:
    service_principal(call.world, call["id"])
    return await _validated(call, None)


@routes("POST", f"{JOB}/validateCredentials", WRITE_SYNCHRONIZATION)
async def _of_job(call: Call) -> Response:
    return await _validated(call, found(call)["id"])


async def _validated(call: Call, job_id: str | None) -> Response:
    sent = None if call.body.get("useSavedCredentials") else pairs(call.body.get("credentials") or [])
    try:
        await call.request.app.state.provisioning.validate(call.world, call["id"], job_id, sent)
    except CredentialsRefused as refusal:
        raise GraphError(400, refusal.code, refusal.message) from None
    return nothing()
