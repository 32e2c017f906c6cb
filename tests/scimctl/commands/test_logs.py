"""The logs tell who, what, why and what to do; a monitor hears of failures by the exit code."""

import json
from collections.abc import Iterator

import pytest

from tests.e2e.workspace import Workspace
from tests.sandbox.provisioning.application import Application
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
    said = here.scimctl("logs", "--failures")
    assert (said.code, said.out[:18]) == (0, "no failure since 2")

    every = here.scimctl("logs").out.splitlines()
    assert len(every) == 11
    assert all(line.split()[1:3] == ["success", "create"] for line in every[:8])
    assert every[-1].startswith("10 entries since ")
    assert every[-1].endswith(": 10 success")
    assert every[:-1] == sorted(every[:-1], key=lambda line: line[:20])


def test_failures_come_with_reason_and_advice_and_are_7(here: Workspace, failing: Application) -> None:
    said = here.scimctl("logs", "--failures", "--since", "1h")

    assert said.code == 7
    assert "  failure  create  user  Ann  EntryConflict\n    why    StatusCode: 409. This operation was" in said.out
    assert said.out.count("    to do  GreenLake has another one of this name") == 2
    assert here.scimctl("logs").code == 0

    entries = here.scimctl("logs", "--failures", "--json").data["entries"]
    assert {each["name"] for each in entries} == {"Ann", "Bo"}
    assert {each["step"] for each in entries} == {"EntryExportAdd"}
    assert failing.job not in said.out


@pytest.mark.usefixtures("failing")
def test_errors_are_counted_with_whom_they_are_about(here: Workspace) -> None:
    said = here.scimctl("logs", "--failures", "--group-by", "error")
    assert said.code == 7
    assert said.out.startswith("2 x EntryConflict (failure)\n  who    Ann, Bo\n  last   ")

    data = here.scimctl("logs", "--group-by", "error", "--json").data
    assert [(each["code"], each["count"]) for each in data["groups"]] == [("EntryConflict", 2)]


@pytest.mark.usefixtures("failing")
def test_only_what_is_recent_enough_is_told(here: Workspace) -> None:
    assert here.scimctl("logs", "--since", "1s").out.startswith("no entry since 2")


def test_a_missing_permission_is_named(here: Workspace) -> None:
    here.world.set(permissions=["Synchronization.ReadWrite.All"])
    said = here.scimctl("logs")
    here.world.set(permissions=["Synchronization.ReadWrite.All", "ProvisioningLog.Read.All"])

    assert (said.code, said.out) == (1, "")
    assert "grant the application permission ProvisioningLog.Read.All (or AuditLog.Read.All)" in said.err


def test_a_job_in_quarantine_is_no_all_clear(here: Workspace) -> None:
    with portal(here) as application:
        application.save("another-token")
        application.cycle()
        quiet = [here.scimctl("logs", *more, "--since", "1s") for more in (("--failures",), ("--group-by", "error"))]
        plain = here.scimctl("logs", "--since", "1s", "--json")
        application.save(here.token())
        application.graph.post(f"{application.path}/start").raise_for_status()
        application.cycle()

    assert [each.code for each in quiet] == [7, 7]
    assert all(": GreenLake refuses the token that Entra holds: `pulumi up --refresh`" in each.out for each in quiet)
    assert (plain.code, len(plain.data["found"])) == (0, 1)
    assert here.scimctl("logs", "--failures", "--since", "1s").code == 0


def test_a_long_reason_is_whole_for_scripts_and_keeps_its_end_for_people(here: Workspace) -> None:
    boilerplate = (
        "Message: Processing of the HTTP request resulted in an exception. Please see the HTTP response returned by "
        "the 'Response' property of this exception for details."
    )
    reason = (
        f"StatusCode: InternalServerError {boilerplate} {'It failed. ' * 60}It is tried again after 2026-11-27T21:49Z"
    )
    entry = {
        "activityDateTime": "2026-11-27T20:00:00Z",
        "provisioningStatusInfo": {"status": "failure", "errorInformation": {"errorCode": "X", "reason": reason}},
    }
    here.world.fail(
        {"path": "/auditLogs/provisioning$", "status": 200, "body": json.dumps({"value": [entry]}), "times": 2}
    )

    assert here.scimctl("logs", "--failures", "--json").data["entries"][0]["reason"] == reason
    shown = here.scimctl("logs", "--failures").out
    assert "Processing of the HTTP request" not in shown
    assert "    why    StatusCode: InternalServerError It failed." in shown
    assert "It is tried again after 2026-11-27T21:49Z\n" in shown


def test_a_tenant_without_a_licence_is_told_so(here: Workspace) -> None:
    code = "Authentication_RequestFromNonPremiumTenantOrB2CTenant"
    error = {"code": code, "message": "Neither tenant is B2C or tenant doesn't have premium license"}
    here.world.fail({"path": "/auditLogs/provisioning$", "status": 403, "body": json.dumps({"error": error})})

    said = here.scimctl("logs", "--failures")

    assert said.code == 1
    assert f"403 {code} (Neither tenant is B2C" in said.err
    assert said.err.endswith("): this needs a licence of Entra ID P1 in the tenant\n")
