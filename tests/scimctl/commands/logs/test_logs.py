"""The logs show who, what, why and what to do; a monitor hears of failures by the exit code."""

from collections.abc import Iterator

import pytest

from tests.e2e.workspace import Workspace
from tests.sandbox.provisioning.application import Application
from tests.scimctl.looking import look
from tests.scimctl.portal import new_member, portal

pytestmark = pytest.mark.engine


@pytest.fixture(scope="module")
def failing(here: Workspace) -> Iterator[Application]:
    """Two users who do not come through."""
    with portal(here) as application:
        names = ("ann@fails.example", "bo@fails.example")
        for name in names:
            application.change_user(new_member(application, name), displayName=name.split("@")[0].title())
        here.world.fail({"service": "scim", "method": "POST", "path": "/Users$", "status": 409, "times": 99})
        application.cycle()
        here.world.fail()
        yield application


def test_without_failures_there_is_nothing_to_hear(here: Workspace) -> None:
    said = look(here, "logs", "--failures")
    assert (said.code, said.out[:18]) == (0, "no failure since 2")

    every = look(here, "logs").out.splitlines()
    assert len(every) == 11
    assert all(line.split()[1:3] == ["success", "create"] for line in every[:8])
    assert every[-1].startswith("10 entries since ")
    assert every[-1].endswith(": 10 success")
    assert every[:-1] == sorted(every[:-1], key=lambda line: line[:20])


def test_failures_come_with_reason_and_advice_and_are_7(here: Workspace, failing: Application) -> None:
    said = look(here, "logs", "--failures", "--since", "1h")

    assert said.code == 7
    assert (
        "  failure  create  user  Ann (ann@fails.example)  EntryConflict\n    why    StatusCode: 409. This" in said.out
    )
    assert said.out.count("    to do  GreenLake has another one of this name") == 2
    assert look(here, "logs").code == 0

    entries = look(here, "logs", "--failures", "--json").data["entries"]
    assert {each["name"] for each in entries} == {"Ann", "Bo"}
    assert {each["step"] for each in entries} == {"EntryExportAdd"}
    assert failing.job not in said.out


@pytest.mark.usefixtures("failing")
def test_errors_are_counted_with_whom_they_are_about(here: Workspace) -> None:
    said = look(here, "logs", "--failures", "--group-by", "error")
    assert said.code == 7
    assert said.out.startswith(
        "2 x EntryConflict (failure)\n  who    Ann (ann@fails.example), Bo (bo@fails.example)\n  last   "
    )

    data = look(here, "logs", "--group-by", "error", "--json").data
    assert [(each["code"], each["count"]) for each in data["groups"]] == [("EntryConflict", 2)]


@pytest.mark.usefixtures("failing")
def test_only_what_is_recent_enough_is_reported(here: Workspace) -> None:
    here.world.control("POST", "/clock", {"advance_s": 10})

    assert look(here, "logs", "--since", "5s").out.startswith("no entry since 2")
    assert len(look(here, "logs", "--json").data["entries"]) == 12
