"""The page as an application: its addresses, and how little it does while nothing happens."""

from dataclasses import dataclass, field
from pathlib import Path

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from sandbox.control import breakages
from sandbox.control.breakages import NothingToBreakError
from sandbox.core.http.faults import Faults
from sandbox.core.http.journal import Journal
from sandbox.core.world import World, Worlds
from sandbox.greenlake.scim.storage import KINDS
from sandbox.page import reading, rendering
from sandbox.page.protection import ProtectionMiddleware
from sandbox.page.rendering import Section
from sandbox.provisioning import Provisioning

_AGE_S = 5  # what only time changes, such as an expiry, shows this late at most


@dataclass(frozen=True)
class _Rendered:
    mark: tuple[object, ...]
    sections: tuple[Section, ...]


@dataclass
class Page:
    """What the handlers share; each world is rendered once for everybody who looks."""

    worlds: Worlds
    journal: Journal
    faults: Faults
    provisioning: Provisioning
    rendered: dict[str, _Rendered] = field(default_factory=dict[str, _Rendered])

    def sections(self, world: World) -> tuple[Section, ...]:
        """Return a world's sections, read anew only if something may have changed."""
        mark = (
            world,
            world.changes,
            self.journal.last,
            breakages.is_slow(self.faults, world),
            int(world.now().timestamp()) // _AGE_S,
        )
        kept = self.rendered.get(world.name)
        if kept is None or kept.mark != mark:
            now = reading.read(world, self.journal, self.faults, self.provisioning)
            kept = self.rendered[world.name] = _Rendered(mark, rendering.sections(now))
        return kept.sections


def application(page: Page) -> Starlette:
    """Return the page as its own application, for its own port."""
    files = _Static(directory=Path(__file__).with_name("static"))
    app = Starlette(
        routes=[
            Route("/", _index),
            Route("/worlds/{name}", _world),
            Route("/worlds/{name}/changes", _changes),
            Route("/worlds/{name}/break/{breakage}", _break, methods=["POST"]),
            Mount("/static", files),
        ],
        middleware=[Middleware(ProtectionMiddleware)],
    )
    app.state.page = page
    return app


class _Static(StaticFiles):
    """Files with an ETag, asked for again each time and sent only if they have changed."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        answer = await super().get_response(path, scope)
        answer.headers["Cache-Control"] = "no-cache"
        return answer


def _page(request: Request) -> Page:
    return request.app.state.page


async def _index(request: Request) -> Response:
    """List the worlds; of one alone, its own page is what anybody wants."""
    found = list(_page(request).worlds)
    if len(found) == 1:
        return RedirectResponse(f"/worlds/{found[0].name}", 303)
    return HTMLResponse(rendering.worlds([(one.name, one.domain, one.count(KINDS["User"])) for one in found]))


async def _world(request: Request) -> Response:
    pressed = breakages.TABLE.get(request.query_params.get("pressed", ""))
    return _whole(request, pressed.sentence if pressed else "", refused=False)


def _whole(request: Request, told: str, *, refused: bool) -> Response:
    page = _page(request)
    world = page.worlds.named(request.path_params["name"])
    if world is None:
        return _unknown()
    parts, has_others = page.sections(world), len(list(page.worlds)) > 1
    html = rendering.page(world.name, world.domain, parts, told=told, refused=refused, has_others=has_others)
    return HTMLResponse(html, 409 if refused else 200)


async def _changes(request: Request) -> Response:
    """Answer what a browser has not seen yet, and 204 if there is nothing."""
    world = _page(request).worlds.named(request.path_params["name"])
    if world is None:
        return _unknown()
    html = rendering.changes(_page(request).sections(world), request.query_params.get("seen", ""))
    return HTMLResponse(html) if html else Response(status_code=204)


async def _break(request: Request) -> Response:
    """Press a button: from a live page by htmx, which gets one line, else as a plain form, which gets the page."""
    page, name = _page(request), request.path_params["breakage"]
    world = page.worlds.named(request.path_params["name"])
    if world is None or name not in breakages.TABLE:
        return _unknown()
    live = request.headers.get("hx-request") == "true"
    try:
        told = breakages.happen(name, world, page.faults)
    except NothingToBreakError as error:
        answer = HTMLResponse(rendering.notice(str(error), refused=True), 409)
        return answer if live else _whole(request, str(error), refused=True)
    if live:
        return HTMLResponse(rendering.notice(told, refused=False))
    return RedirectResponse(f"/worlds/{world.name}?pressed={name}", 303)


def _unknown() -> Response:
    return PlainTextResponse("There is no such world or button: the first page lists the worlds.\n", 404)
