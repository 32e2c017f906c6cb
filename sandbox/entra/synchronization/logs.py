"""The provisioning logs: what every cycle did with every object, newest first."""

from starlette.responses import Response

from sandbox.entra.graph.calls import Call, Routes, collection
from sandbox.entra.graph.odata import ordered
from sandbox.entra.graph.permissions import READ_PROVISIONING_LOGS

routes = Routes()


@routes("GET", "/auditLogs/provisioning", READ_PROVISIONING_LOGS)
async def _list(call: Call) -> Response:
    newest_first = ordered(call.world.all("provisioningLog"), "activityDateTime desc")
    return collection(call, "auditLogs/provisioning", newest_first, case_sensitive=True)
