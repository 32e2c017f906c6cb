"""The logs beside the job, as far as no state of the table in `tests.scimctl.truth` shows it."""

import json
import re
from argparse import ArgumentTypeError, Namespace
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from providers.errors import ForbiddenError, StoppedError
from scimctl.arguments import since
from scimctl.commands.logs import logs
from scimctl.terminal.report import FINE, FOUND, Report
from tests.sandbox.driver import World
from tests.sandbox.provisioning.application import Application

BOILERPLATE = (
    "Message: Processing of the HTTP request resulted in an exception. Please see the HTTP response returned by "
    "the 'Response' property of this exception for details."
)
Logs = Callable[..., Report]


@dataclass(frozen=True)
class Deployed:
    """What of a stack the logs look at."""

    tenant_id: str
    service_principal_id: str
    job_id: str
    status: dict[str, str] = field(default_factory=lambda: {"status": "on"})

    def token_expired(self, _moment: datetime) -> None:
        """The token has not expired."""


@pytest.fixture
def ask(application: Application, monkeypatch: pytest.MonkeyPatch) -> Logs:
    """Run the command on a stack that deployed the application; the arguments are its options."""
    stack = Deployed(application.world.tenant_id, application.service_principal, application.job)

    def asked(**options: Any) -> Report:
        known = {"stack": "", "failures": False, "group_by": None, "follow": False, "since": timedelta(hours=1)}
        return logs.work(Namespace(**{**known, **options}))

    def opened(_args: Namespace) -> Deployed:
        return stack

    monkeypatch.setattr(logs, "opened", opened)
    return asked


def lines(report: Report) -> str:
    return "\n".join(str(each) for each in report.lines)


def first(report: Report) -> str:
    return str(report.lines[0])


def codes(ask: Logs) -> list[int]:
    """Return the exit codes of the plain logs, of the failures and of the errors by their code."""
    return [ask().code, ask(failures=True).code, ask(group_by="error").code]


def run(application: Application) -> None:
    application.graph.post(f"{application.path}/start").raise_for_status()
    application.cycle()


def test_a_cycle_that_came_to_nothing_is_not_an_all_clear(here: World, application: Application, ask: Logs) -> None:
    here.fail({"service": "scim", "status": 503, "times": 9})
    run(application)

    assert codes(ask) == [FINE, FOUND, FOUND]
    assert re.match(r"the last (cycle|[0-9] cycles) failed \(", first(ask(failures=True)))


def test_what_fails_is_found_by_error_as_well(here: World, application: Application, ask: Logs) -> None:
    application.assign(application.new_user())
    here.fail({"service": "scim", "method": "POST", "path": "/Users$", "status": 409, "times": 9})
    run(application)

    assert codes(ask) == [FINE, FOUND, FOUND]


def test_a_job_that_may_not_be_read_leaves_the_logs_but_no_all_clear(
    here: World, ask: Logs, capsys: pytest.CaptureFixture[str]
) -> None:
    here.fail({"path": "/synchronization/jobs/", "status": 403, "client": "program", "times": 9})

    assert ask().code == FINE
    why = "whether the job works is not known: Graph: read the synchronization job was answered 403"
    assert why in capsys.readouterr().err
    with pytest.raises(StoppedError, match=f"the logs have no failure, but {why}"):
        ask(failures=True)


def test_a_long_reason_is_whole_for_scripts_and_keeps_its_end_for_people(
    here: World, application: Application, ask: Logs
) -> None:
    run(application)
    reason = (
        f"StatusCode: InternalServerError {BOILERPLATE} {'It failed. ' * 60}It is tried again after 2026-11-27T21:49Z"
    )
    error = {"errorCode": "X", "reason": reason}
    entry = {
        "activityDateTime": "2026-11-27T20:00:00Z",
        "provisioningStatusInfo": {"status": "failure", "errorInformation": error},
    }
    here.fail({"path": "/auditLogs/provisioning$", "status": 200, "body": json.dumps({"value": [entry]})})

    report = ask(failures=True)

    assert report.data["entries"][0]["reason"] == reason
    assert "    why    StatusCode: InternalServerError It failed." in lines(report)
    assert "It is tried again after 2026-11-27T21:49Z\n" in lines(report)


def test_a_tenant_without_a_licence_is_reported(here: World, ask: Logs) -> None:
    code = "Authentication_RequestFromNonPremiumTenantOrB2CTenant"
    error = {"code": code, "message": "Neither tenant is B2C or tenant doesn't have premium license"}
    here.fail({"path": "/auditLogs/provisioning$", "status": 403, "body": json.dumps({"error": error})})

    with pytest.raises(ForbiddenError) as caught:
        ask(failures=True)

    assert caught.value.code == code
    assert f"was answered 403 {code} (Neither tenant is B2C" in str(caught.value)
    assert str(caught.value).endswith("): this needs a licence of Entra ID P1 in the tenant")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("2h", timedelta(hours=2)),
        ("2026-11-01", datetime(2026, 11, 1, tzinfo=timezone.utc)),
        ("2026-11-01T10:00", datetime(2026, 11, 1, 10, tzinfo=timezone.utc)),
        ("2026-11-01T10:00:00z", datetime(2026, 11, 1, 10, tzinfo=timezone.utc)),
        ("2026-11-01T10:00+02:00", datetime(2026, 11, 1, 8, tzinfo=timezone.utc)),
    ],
)
def test_the_beginning_is_a_duration_or_a_date(text: str, found: object) -> None:
    assert since(text) == found


@pytest.mark.parametrize("text", ["yesterday", "2026-13-01", "", "2h30", "9999-01-01"])
def test_what_is_neither_and_the_future_are_refused_with_what_to_write(text: str) -> None:
    with pytest.raises(ArgumentTypeError, match=r"write 2h, 2026-11-29 or 2026-11-29T10:00 \(UTC\)|is in the future"):
        since(text)


def test_a_user_is_shown_with_the_user_principal_name_and_a_group_with_its_id(
    application: Application, ask: Logs
) -> None:
    application.assign(application.new_group(application.new_user("ann@a.example"), displayName="Sales"))
    run(application)

    shown = lines(ask(since=datetime(2020, 1, 1, tzinfo=timezone.utc)))
    entries = ask().data["entries"]
    users = [each for each in entries if each["type"] == "User"]
    groups = [each for each in entries if each["type"] == "Group"]
    assert users
    assert groups
    assert all(f"  {each['name']} ({each['userPrincipalName']})" in shown for each in users)
    assert all(f"  {each['name']} ({each['id']})" in shown for each in groups)


def test_the_logs_are_reported_for_as_long_as_entra_keeps_them(application: Application, ask: Logs) -> None:
    run(application)

    asked = ask(failures=True, since=timedelta(days=90))

    today = datetime.now(timezone.utc)
    assert first(asked).startswith(f"no failure since {today - timedelta(days=30):%Y-%m-%dT%H}")
    assert "Entra keeps these logs for 30 days, 7 without a licence of Entra ID P1" in lines(asked)
    assert "Entra keeps" not in lines(ask(failures=True, since=timedelta(days=7)))
