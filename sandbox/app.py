"""The two services and the page as ASGI applications over one state: what each port serves."""

from dataclasses import dataclass
from pathlib import Path

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import BaseRoute

from sandbox import entra, greenlake
from sandbox.control import api
from sandbox.core.http.addressing import AddressingMiddleware
from sandbox.core.http.connections import Connections
from sandbox.core.http.faults import FaultMiddleware, Faults
from sandbox.core.http.journal import Journal, JournalMiddleware
from sandbox.core.world import Worlds
from sandbox.page import application as page
from sandbox.page.application import Page
from sandbox.provisioning import Provisioning


@dataclass(frozen=True)
class Services:
    """The applications and what runs beside them."""

    entra: Starlette
    greenlake: Starlette
    page: Starlette
    provisioning: Provisioning
    connections: Connections


def build(worlds: Worlds, control_key: str, ca: Path, urls: tuple[str, str]) -> Services:
    """Put the services together; `urls` are those of the Entra and the GreenLake port."""
    journal, faults, connections = Journal(), Faults(), Connections()
    provisioning = Provisioning(worlds, ca)
    steering = api.Control(control_key, worlds, journal, faults, provisioning, *urls)

    def application(routes: list[BaseRoute]) -> Starlette:
        middleware = [
            Middleware(AddressingMiddleware, worlds=worlds),
            Middleware(JournalMiddleware, journal=journal),
            Middleware(FaultMiddleware, faults=faults, connections=connections),
        ]
        app = Starlette(routes=routes, middleware=middleware)
        app.state.worlds = worlds
        app.state.provisioning = provisioning
        app.state.entra_url, app.state.greenlake_url = urls
        return app

    return Services(
        entra=application([*api.routes(steering), *entra.routes()]),
        greenlake=application([*greenlake.routes()]),
        page=page.application(Page(worlds, journal, faults, provisioning)),
        provisioning=provisioning,
        connections=connections,
    )
