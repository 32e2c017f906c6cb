"""The members and owners of directory objects: three calls, the same for each kind of object."""

from starlette.responses import Response
from starlette.routing import Route

from sandbox.entra import directory
from sandbox.entra.graph import Call, collection, nothing, route
from sandbox.entra.permissions import Need


def routes(path: str, kind: str, name: str, read: Need, write: Need) -> list[Route]:
    """List the routes of `/<path>/{id}/<name>`, the `members` or `owners` of objects of a kind."""

    async def listed(call: Call) -> Response:
        directory.find(call.world, kind, call["id"])
        return collection(call, "directoryObjects", directory.referred(call.world, name, call["id"]))

    async def add(call: Call) -> Response:
        directory.find(call.world, kind, call["id"])
        directory.refer(call.world, name, call["id"], [directory.bound_id(call.body.get("@odata.id"))])
        return nothing()

    async def remove(call: Call) -> Response:
        directory.find(call.world, kind, call["id"])
        directory.unrefer(call.world, name, call["id"], call["other"])
        return nothing()

    return [
        route("GET", f"/{path}/{{id}}/{name}", read, listed),
        route("POST", f"/{path}/{{id}}/{name}/$ref", write, add),
        route("DELETE", f"/{path}/{{id}}/{name}/{{other}}/$ref", write, remove),
    ]
