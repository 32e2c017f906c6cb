"""The logs beside the job, as far as no state of the table in `tests.scimctl.truth` shows it."""

import json
from argparse import Namespace
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest

from providers.errors import ForbiddenError, StoppedError
from scimctl.commands import logs
from scimctl.report import FINE, FOUND, Report
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
        known = {"stack": "", "failures": False, "group_by": None, "since": timedelta(hours=1)}
        return logs.work(Namespace(**{**known, **options}))

    def read_stack(_name: str) -> Deployed:
        return stack

    monkeypatch.setattr(logs, "read_stack", read_stack)
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


def test_a_cycle_that_came_to_nothing_is_no_all_clear(here: World, application: Application, ask: Logs) -> None:
    here.fail({"service": "scim", "status": 503, "times": 9})
    run(application)

    assert codes(ask) == [FINE, FOUND, FOUND]
    assert first(ask(failures=True)).startswith("the last cycle failed (")


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
    assert "    why  StatusCode: InternalServerError It failed." in lines(report)
    assert "It is tried again after 2026-11-27T21:49Z\n" in lines(report)


def test_a_tenant_without_a_licence_is_told_so(here: World, ask: Logs) -> None:
    code = "Authentication_RequestFromNonPremiumTenantOrB2CTenant"
    error = {"code": code, "message": "Neither tenant is B2C or tenant doesn't have premium license"}
    here.fail({"path": "/auditLogs/provisioning$", "status": 403, "body": json.dumps({"error": error})})

    with pytest.raises(ForbiddenError) as caught:
        ask(failures=True)

    assert caught.value.code == code
    assert f"was answered 403 {code} (Neither tenant is B2C" in str(caught.value)
    assert str(caught.value).endswith("): this needs a licence of Entra ID P1 in the tenant")
