"""The page in a real Chromium: live, operated by keyboard, judged by axe-core."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import partial
from importlib.resources import files
from typing import Any, Literal

import pytest
from playwright.sync_api import Browser, Page, expect

from sandbox.control.breakages import TABLE
from tests.sandbox.page import measures
from tests.sandbox.page.chromium import NARROW, WIDE, opened
from tests.sandbox.page.conftest import Shown

SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
expect.set_options(timeout=60_000)  # a machine that is busy takes its time
Open = Callable[..., AbstractContextManager[Page]]


@pytest.fixture
def look(browser: Browser, shown: Shown) -> Open:
    """Open the page of the world that has provisioned."""
    return partial(opened, browser, shown.address)


def test_a_user_who_is_pushed_appears_without_a_reload(shown: Shown, look: Open) -> None:
    with look() as page:
        page.evaluate("document.body.dataset.same = 'page'")
        user = shown.application.new_user(displayName="Grace Example")
        shown.application.add_member(shown.group, user)
        row = page.get_by_role("row", name="Grace Example")
        expect(row).to_contain_text("only in Entra")
        shown.application.cycle()
        expect(row).to_contain_text("in step")
        expect(page.locator("#log")).to_contain_text("Grace Example")
        assert page.evaluate("document.body.dataset.same") == "page"


def test_a_button_breaks_a_mapping_and_the_row_is_marked_in_words(look: Open) -> None:
    with look() as page:
        expect(page.locator("li.changed")).to_have_count(0)
        page.get_by_role("button", name="Change a mapping").click()
        expect(page.locator("#notice")).to_contain_text("./run up --refresh repairs it")
        expect(page.locator("li.changed")).to_contain_text("changed, was [displayName]")
        expect(page.get_by_role("status").first).to_contain_text("mappings have drifted in 1 place")


def test_focus_and_what_was_opened_survive_an_update(shown: Shown, look: Open) -> None:
    with look() as page:
        entry = page.locator("#log summary").first
        entry.press("Enter")
        expect(page.locator("#log details[open]")).to_have_count(1)
        opened = page.locator("#log details[open]").get_attribute("id")
        user = shown.application.new_user(displayName="Late Comer")
        shown.application.add_member(shown.group, user)
        shown.application.cycle()
        expect(page.locator("#log")).to_contain_text("Late Comer")
        assert page.evaluate("document.activeElement.parentElement.id") == opened
        assert page.locator("#log details[open]").get_attribute("id") == opened


def test_every_button_is_reached_by_tab_and_pressed_by_enter(look: Open) -> None:
    with look() as page:
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.textContent") == "Skip to the content"
        page.keyboard.press("Enter")
        reached: list[str] = []
        while len(reached) < len(TABLE):
            page.keyboard.press("Tab")
            if page.evaluate("document.activeElement.tagName") == "BUTTON":
                reached.append(page.evaluate("document.activeElement.id"))
                assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
        assert reached == [f"break-{name}" for name in TABLE]
        page.locator("#break-pause").focus()
        page.keyboard.press("Enter")
        expect(page.locator("#job")).to_contain_text("Stopped")
        assert page.evaluate("document.activeElement.id") == "break-pause"


def test_what_is_broken_while_provisioning_is_paused_is_reported_at_once(look: Open) -> None:
    with look() as page:
        for name, said in (
            ("pause", "Stopped"),
            ("overwrite-secret", "Entra holds a token that GreenLake never issued"),
            ("delete-token", "no token is live"),
            ("change-mapping", "mappings have drifted in 1 place"),
            ("unassign-group", "GreenLake still has 3 objects out of scope"),
            ("slow", "GreenLake is slow"),
        ):
            page.locator(f"#break-{name}").click()
            expect(page.get_by_role("status").first).to_contain_text(said)
        expect(page.locator("#break-slow")).to_have_attribute("aria-current", "true")
        assert page.evaluate("document.activeElement.id") == "break-slow"


@pytest.mark.parametrize(("motion", "moving"), [("reduce", 0), ("no-preference", 1)])
def test_nothing_pulses_for_those_who_want_no_motion(look: Open, motion: Any, moving: int) -> None:
    with look(reduced_motion=motion) as page:
        page.locator(".state").evaluate("(state) => state.classList.add('busy')")
        assert page.evaluate("document.getAnimations().length") == moving


def test_what_cannot_break_shows_why_as_an_alert(shown: Shown, browser: Browser) -> None:
    shown.press("pause")
    with browser.new_context() as context:  # Chromium itself writes a 409 on the console
        page = context.new_page()
        page.goto(shown.address)
        page.get_by_role("button", name="Pause provisioning").click()
        expect(page.get_by_role("alert")).to_have_text("Provisioning is stopped already.")


def test_without_scripts_a_button_works_and_reports_it(shown: Shown, browser: Browser) -> None:
    with browser.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(shown.address)
        page.get_by_role("button", name="Delete the token").click()
        expect(page.locator("#notice")).to_have_text("The token was deleted at GreenLake.")
        expect(page.locator("#tokens")).to_contain_text("ended")
        page.get_by_role("button", name="Delete the token").click()
        expect(page.get_by_role("alert")).to_have_text("GreenLake has no live token.")


def test_the_dark_scheme_is_dark(look: Open) -> None:
    brightness: dict[str, int] = {}
    with look() as page:
        for scheme in SCHEMES:
            page.emulate_media(color_scheme=scheme)
            ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
            brightness[scheme] = sum(map(int, re.findall(r"\d+", ground)))
    assert brightness["dark"] < 128
    assert brightness["light"] > 640


def test_an_idle_page_asks_and_is_sent_nothing(look: Open) -> None:
    with look() as page, page.expect_response(lambda answer: answer.status == 204) as asked:
        pass
    assert "/changes?seen=" in asked.value.url


@pytest.fixture
def troubled(shown: Shown) -> None:
    """Let the page show as much as it can: an overlap, a failed entry, drift, a quarantine."""
    shown.application.workspace.rotate()
    shown.application.world.fail({"service": "scim", "client": "engine", "method": "POST", "status": 503})
    shown.application.add_member(shown.group, shown.application.new_user())
    shown.application.cycle()
    for name in ("change-mapping", "add-mapping", "quarantine"):
        shown.press(name)


@pytest.mark.usefixtures("troubled")
@pytest.mark.parametrize("viewport", [WIDE, NARROW], ids=["wide", "narrow"])
def test_axe_finds_no_violation_in_either_scheme(look: Open, viewport: Any) -> None:
    with look(viewport=viewport) as page:
        page.evaluate("document.querySelectorAll('#log details, #users details').forEach((one) => { one.open = true })")
        page.evaluate((files("axe_playwright_python") / "axe.min.js").read_text())
        found = page.evaluate("axe.run({resultTypes: ['violations']})")["violations"]
        page.emulate_media(color_scheme="dark")
        found += page.evaluate("axe.run({runOnly: ['color-contrast']})")["violations"]
    assert [(one["id"], [node["html"] for node in one["nodes"]][:3]) for one in found] == []


@pytest.mark.usefixtures("troubled")
@pytest.mark.parametrize("width", [NARROW["width"], 320])
def test_nothing_scrolls_sideways_on_a_narrow_screen(look: Open, width: int) -> None:
    with look(viewport={"width": width, "height": 800}) as page:
        page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true })")
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert page.evaluate(measures.CUT) == []
        assert page.evaluate(measures.COVERED, "body") == []
