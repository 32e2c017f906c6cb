"""How the page looks, as a browser computes it: nothing is cut, covered or empty, at both widths and in every state."""

import itertools
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.sandbox.driver import Sandbox
from tests.sandbox.page import measures
from tests.sandbox.page.chromium import NARROW, WIDE, opened
from tests.sandbox.provisioning.application import Application, connected, wait_until

ASSIGNED = ("GreenLake Administrators", "GreenLake Operators")
GROUPS = (
    "SG-PRD-EMEA-GreenLake-ComputeOps-Management-Administrators-Privileged-Tier0-Breakglass-Accounts-2026",
    "GreenLake für Überprüfung und Rechenzentrumsbetrieb Außenstelle Garmisch-Partenkirchen",
)
_numbers = itertools.count(1)
Make = Callable[[Application], None]


def _started(application: Application) -> None:
    application.as_in_the_blog()
    application.graph.post(f"{application.path}/start").raise_for_status()
    wait_until(lambda: bool(application.status()["lastExecution"]))


def _provisioned(application: Application) -> None:
    """48 people of two groups, as `./run up` leaves them."""
    for group in application.graph.get("groups", params={"$top": "100"}).json()["value"]:
        if group["displayName"] in ASSIGNED:
            application.assign(group["id"])
    _started(application)


def _rotated(application: Application) -> None:
    """Twelve rotations, hours and days apart; the overlap of the last one is open."""
    _provisioned(application)
    for number in range(12):
        application.advance((5, 3600, 40 * 86_400)[number % 3])
        new = application.workspace.rotate()
        if number < 11:
            application.save(new)
            application.test()


def _crowded(application: Application) -> None:
    """60 people with the longest names, drift, failures and a refused program."""
    people = [
        application.new_user(
            f"bartholomew.featherstonehaugh-cholmondeley.the.{number}th@{application.world.about['tenant_domain']}",
            displayName=f"Bartholomew Featherstonehaugh-Cholmondeley the {number}th of Llanfairpwllgwyngyll",
        )
        for number in range(60)
    ]
    for name, members in zip(GROUPS, (people[:40], people[30:]), strict=True):
        application.assign(application.new_group(*members, displayName=name))
    application.world.fail({"service": "scim", "client": "engine", "method": "POST", "status": 503, "times": 3})
    _started(application)
    application.test()
    _break(application, "add-mapping", "add-mapping", "change-mapping")
    application.cycle()
    _break(application, "delete-token")
    application.workspace.accepts(application.token)


def _quarantined(application: Application) -> None:
    _provisioned(application)
    _break(application, "delete-token", "change-mapping", "slow")
    application.cycle()
    _break(application, "pause", "overwrite-secret", "unassign-group")


def _taken_down(application: Application) -> None:
    """Users and the log stay when the job and the token go."""
    _provisioned(application)
    _break(application, "delete-token")
    application.graph.delete(application.path).raise_for_status()


def _break(application: Application, *names: str) -> None:
    for name in names:
        application.world.control("POST", f"/break/{name}")


def _untouched(_: Application) -> None:
    """A job that never ran, with the mappings that Entra gives it."""


STATES: tuple[Make, ...] = (_untouched, _provisioned, _rotated, _crowded, _quarantined, _taken_down)


@pytest.fixture(scope="module", params=STATES, ids=lambda make: make.__name__.strip("_"))
def state(request: pytest.FixtureRequest, sandbox: Sandbox) -> Iterator[str]:
    """The address of a world in one of the states; every test here only looks."""
    world = sandbox.make_world(f"layout{next(_numbers)}")
    with connected(world) as application:
        request.param(application)
        yield f"{sandbox.page}/worlds/{world.name}"
    sandbox.control("DELETE", f"/worlds/{world.name}")


@pytest.fixture(scope="module", params=[WIDE, NARROW], ids=["wide", "narrow"])
def seen(request: pytest.FixtureRequest, browser: Browser, state: str) -> Iterator[Page]:
    """The page of a world in one of the states at one of the widths, all folds open."""
    with opened(browser, state, request.param) as page:
        page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true })")
        yield page


def test_no_address_is_broken_over_two_lines(seen: Page) -> None:
    assert seen.evaluate(measures.WRAPPED_ADDRESSES) == []


def test_nothing_is_cut_off_without_an_ellipsis(seen: Page) -> None:
    assert seen.evaluate(measures.CUT) == []


@pytest.mark.parametrize("part", ["#tokens", "#job", "#directories", "#mappings", "#requests", ".top"])
def test_no_text_covers_another(seen: Page, part: str) -> None:
    assert seen.evaluate(measures.COVERED, part) == []


def test_no_card_is_half_empty(seen: Page) -> None:
    assert seen.evaluate(measures.EMPTY) == []


def test_a_live_token_is_in_the_first_view(seen: Page) -> None:
    live, viewport = seen.locator("#tokens tr", has_text="live"), seen.viewport_size
    headline = seen.locator("#headline").inner_text()
    assert bool(live.count()) == ("live" in headline and "no token is live" not in headline)
    for row in live.all()[:1]:
        box = row.bounding_box()
        assert viewport
        assert box
        assert box["y"] + box["height"] <= viewport["height"]
        assert 0 <= box["x"] <= box["x"] + box["width"] <= viewport["width"]


@pytest.fixture(scope="module")
def busy(sandbox: Sandbox) -> Iterator[Application]:
    """A world in which people come and go and cycles follow each other."""
    world = sandbox.make_world(f"layout{next(_numbers)}")
    with connected(world) as application:
        _provisioned(application)
        _break(application, "busy")
        application.cycle()
        yield application
    sandbox.control("DELETE", f"/worlds/{world.name}")


@pytest.fixture(scope="module", params=[WIDE, NARROW], ids=["wide", "narrow"])
def moving(request: pytest.FixtureRequest, browser: Browser, busy: Application) -> Iterator[Page]:
    """The page of that world at one of the widths."""
    with opened(browser, f"{busy.world.sandbox.page}/worlds/{busy.world.name}", request.param) as page:
        yield page


def test_addresses_of_ordinary_length_are_shown_in_full(moving: Page) -> None:
    assert moving.evaluate(measures.SHORTENED_ADDRESSES) == []


def test_nothing_moves_while_people_come_and_go(moving: Page, busy: Application) -> None:
    moving.evaluate(measures.WATCH)
    for _ in range(3):
        before = moving.locator("#log li").first.get_attribute("id")
        busy.cycle()
        expect(moving.locator("#log li").first).not_to_have_attribute("id", before or "")
    assert moving.evaluate(measures.MOVED) == []
