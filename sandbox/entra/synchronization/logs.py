"""The provisioning logs: what every cycle did with every object, newest first."""

from starlette.responses import Response
from starlette.routing import Route

from sandbox.entra.graph.calls import Call, collection, route
from sandbox.entra.graph.odata import ordered
from sandbox.entra.graph.permissions import READ_PROVISIONING_LOGS


def routes() -> list[Route]:
    """List the one route."""
    return [route("GET", "/auditLogs/provisioning", READ_PROVISIONING_LOGS, _list)]


async def _list(call: Call) -> Response:
    newest_first = ordered(call.world.all("provisioningLog"), "activityDateTime desc")
    return collection(call, "auditLogs/provisioning", newest_first, case_sensitive=True)
