"""Microsoft Entra on loopback: sign-in, the directory part of Graph, and the synchronization API."""

from typing import NoReturn

from starlette.middleware import Middleware
from starlette.routing import BaseRoute, Mount, Route

from sandbox.entra import login, synchronization
from sandbox.entra.directory import applications, assignments, deleted_items, groups, service_principals, users
from sandbox.entra.graph.addresses import AddressMiddleware
from sandbox.entra.graph.calls import Call, route
from sandbox.entra.graph.errors import GraphError
from sandbox.entra.graph.permissions import NOTHING

_KINDS = ("users", "groups", "applications", "servicePrincipals")
_METHODS = ("GET", "POST", "PATCH", "PUT", "DELETE")


def routes() -> list[BaseRoute]:
    """List every route of the Entra port: Graph twice, as v1.0 and beta over one directory."""
    versions = (Mount(path, routes=_graph(), middleware=[Middleware(AddressMiddleware)]) for path in ("/v1.0", "/beta"))
    return [*versions, *login.routes()]


def _graph() -> list[Route]:
    return [
        *(route("GET", f"/{kind}/delta", NOTHING, _unknown) for kind in _KINDS),
        *service_principals.routes,
        *synchronization.routes,
        *assignments.routes,
        *applications.routes,
        *groups.routes,
        *users.routes,
        *deleted_items.routes,
        *(route(method, "/{path:path}", NOTHING, _unknown) for method in _METHODS),
    ]


async def _unknown(call: Call) -> NoReturn:
    """Name the last part of the address that is not an id: what was asked for, and what this sandbox lacks."""
    named = [part for part in call.request.url.path.split("/") if "-" not in part]
    raise GraphError(400, "BadRequest", f"Resource not found for the segment '{named[-1]}'.")
