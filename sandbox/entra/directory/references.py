"""What is read of every kind of directory object alike, and its members and owners.

Members and owners are listed whole, by one type (`members/microsoft.graph.user`) or as addresses (`members/$ref`).
"""

from starlette.responses import Response
from starlette.routing import Route

from sandbox.entra.directory import directory_objects
from sandbox.entra.graph.calls import Call, collection, entity, nothing, route
from sandbox.entra.graph.permissions import Need


def reading(path: str, kind: str, need: Need) -> list[Route]:
    """List the routes of `/<path>` and `/<path>/{id}`, the objects of a kind."""

    async def listed(call: Call) -> Response:
        return collection(call, path, directory_objects.present(call.world, kind))

    async def one(call: Call) -> Response:
        return entity(call, f"{path}/$entity", directory_objects.find(call.world, kind, call["id"]))

    return [route("GET", f"/{path}", need, listed), route("GET", f"/{path}/{{id}}", need, one)]


def routes(path: str, kind: str, name: str, read: Need, write: Need) -> list[Route]:
    """List the routes of `/<path>/{id}/<name>`, the `members` or `owners` of objects of a kind."""

    async def listed(call: Call) -> Response:
        directory_objects.find(call.world, kind, call["id"])
        found, wanted = (
            directory_objects.referred(call.world, name, call["id"]),
            call.request.path_params.get("wanted", ""),
        )
        if wanted == "$ref":
            found = [{"@odata.id": f"{call.root}/directoryObjects/{one['id']}"} for one in found]
        elif wanted:
            found = [one for one in found if one["@odata.type"] == f"#microsoft.{wanted.removeprefix('microsoft.')}"]
        return collection(call, "directoryObjects", found)

    async def add(call: Call) -> Response:
        directory_objects.find(call.world, kind, call["id"])
        added = {name: [directory_objects.bound_id(call.body.get("@odata.id"))]}
        directory_objects.refer(call.world, call["id"], **added)
        return nothing()

    async def remove(call: Call) -> Response:
        directory_objects.find(call.world, kind, call["id"])
        directory_objects.unrefer(call.world, name, call["id"], call["other"])
        return nothing()

    return [
        route("GET", f"/{path}/{{id}}/{name}", read, listed),
        route("GET", f"/{path}/{{id}}/{name}/{{wanted}}", read, listed),
        route("POST", f"/{path}/{{id}}/{name}/$ref", write, add),
        route("DELETE", f"/{path}/{{id}}/{name}/{{other}}/$ref", write, remove),
    ]
