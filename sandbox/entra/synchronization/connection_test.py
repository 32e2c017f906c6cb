"""The portal's Test Connection: the engine tries credentials at the target, the saved ones or those sent along.

Assumed: a refusal is 400 in Graph's envelope with the engine's code; nobody has published one.
"""

from starlette.responses import Response
from starlette.routing import Route

from sandbox.entra.graph.calls import Call, nothing, route
from sandbox.entra.graph.errors import GraphError
from sandbox.entra.graph.permissions import WRITE_SYNCHRONIZATION
from sandbox.entra.synchronization.jobs import JOB, found
from sandbox.entra.synchronization.secrets import pairs
from sandbox.entra.synchronization.templates import ROOT, service_principal
from sandbox.provisioning import CredentialsRefused


def routes() -> list[Route]:
    """List both forms: before there is a job, and of a job."""
    return [
        route("POST", f"{ROOT}/jobs/validateCredentials", WRITE_SYNCHRONIZATION, _without_job),
        route("POST", f"{JOB}/validateCredentials", WRITE_SYNCHRONIZATION, _of_job),
    ]


async def _without_job(call: Call) -> Response:
    service_principal(call.world, call["id"])
    return await _validated(call, None)


async def _of_job(call: Call) -> Response:
    return await _validated(call, found(call)["id"])


async def _validated(call: Call, job_id: str | None) -> Response:
    sent = None if call.body.get("useSavedCredentials") else pairs(call.body.get("credentials") or [])
    try:
        await call.request.app.state.provisioning.validate(call.world, call["id"], job_id, sent)
    except CredentialsRefused as refusal:
        raise GraphError(400, refusal.code, refusal.message) from None
    return nothing()
