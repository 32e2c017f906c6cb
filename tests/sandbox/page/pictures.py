"""Takes the documentation's pictures of the page: `python -m tests.sandbox.page.pictures`, on its own sandbox.

They show what one sees after `./run up`, a rotation with overlap and a mapping that somebody has changed.
"""

import tempfile
import time
from pathlib import Path
from typing import Literal

from playwright.sync_api import expect

from tests.sandbox.driver import PROJECT, running
from tests.sandbox.page.chromium import installed, started
from tests.sandbox.provisioning.application import Application, connected, wait_until

IMAGES = PROJECT / "docs" / "images"
SIZE = (1400, 1340)
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
ASSIGNED = ("GreenLake Administrators", "GreenLake Operators")
OVERLAP_S = 2.0


def main() -> None:
    """Provision, rotate, let a mapping drift, and take both pictures."""
    with tempfile.TemporaryDirectory() as state, running(Path(state)) as sandbox:
        world = sandbox.make_world("sandbox")
        with connected(world) as application:
            _provision(application)
            _rotate(application)
            world.control("POST", "/break/change-mapping")
            application.cycle()
            _take(f"{sandbox.page}/worlds/{world.name}", Path(state))


def _provision(application: Application) -> None:
    application.as_in_the_blog()
    for group in application.graph.get("groups", params={"$top": "100"}).json()["value"]:
        if group["displayName"] in ASSIGNED:
            application.assign(group["id"])
    application.graph.post(f"{application.path}/start").raise_for_status()
    wait_until(lambda: bool(application.status()["lastExecution"]))


def _rotate(application: Application) -> None:
    new = application.workspace.rotate()
    time.sleep(OVERLAP_S)  # so that there is an overlap to see
    application.save(new)
    application.test()


def _take(address: str, home: Path) -> None:
    IMAGES.mkdir(exist_ok=True)
    with started(installed(), home) as browser:
        page = browser.new_page(viewport={"width": SIZE[0], "height": SIZE[1]})
        page.goto(address)
        expect(page.locator("li.changed")).to_be_visible()
        for scheme in SCHEMES:
            page.emulate_media(color_scheme=scheme)
            page.screenshot(path=IMAGES / f"page-{scheme}.png")


if __name__ == "__main__":
    main()
