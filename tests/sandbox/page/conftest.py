"""A world that has provisioned two people of one group, shared by the tests of a module, and its page."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass

import httpx
import pytest
from playwright.sync_api import Browser

from tests.sandbox.driver import Sandbox
from tests.sandbox.page.chromium import installed, started
from tests.sandbox.provisioning.application import Application, connected

_numbers = itertools.count(1)


@dataclass(frozen=True)
class Shown:
    """An application that provisions, its page's address, and a client that is not a browser."""

    application: Application
    group: str
    http: httpx.Client

    @property
    def sandbox(self) -> Sandbox:
        return self.application.world.sandbox

    @property
    def path(self) -> str:
        return f"/worlds/{self.application.world.name}"

    @property
    def address(self) -> str:
        return f"{self.sandbox.page}{self.path}"

    def get(self, path: str = "") -> httpx.Response:
        return self.http.get(f"{self.path}{path}")

    def press(self, breakage: str) -> httpx.Response:
        """Press a button as a browser without scripts does."""
        return self.http.post(f"{self.path}/break/{breakage}", headers={"Sec-Fetch-Site": "same-origin"})

    def heal(self) -> None:
        """Put right what the buttons of a test have broken."""
        self.application.world.control("POST", "/restore")


@pytest.fixture(scope="module")
def provisioned(sandbox: Sandbox) -> Iterator[Shown]:
    """Provision, and remember the world as it is then."""
    world = sandbox.make_world(f"page{next(_numbers)}")
    with connected(world) as application, httpx.Client(base_url=sandbox.page) as http:
        application.as_in_the_blog()
        group = application.new_group(application.new_user(), application.new_user())
        application.assign(group)
        application.graph.post(f"{application.path}/start").raise_for_status()
        application.cycle()
        world.control("POST", "/save")
        yield Shown(application, group, http)
    sandbox.control("DELETE", f"/worlds/{world.name}")


@pytest.fixture
def shown(provisioned: Shown) -> Iterator[Shown]:
    """The world as it was when it had provisioned, whatever the test before did to it."""
    yield provisioned
    provisioned.heal()


@pytest.fixture(scope="module")  # its event loop runs as long, and would stop asyncio in the tests of other modules
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """One browser for the tests of a module."""
    path = installed()
    if not path:
        pytest.skip("no Chromium on PATH: install it, on Debian with `apt-get install chromium`")
    with started(path, tmp_path_factory.mktemp("chromium")) as running:
        yield running
