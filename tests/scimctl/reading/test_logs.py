"""The logs beside the job: one that does not work logs nothing, which is no all-clear."""

import json
from argparse import Namespace
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest

from providers.errors import ForbiddenError, StoppedError
from scimctl.commands import logs
from scimctl.report import FINE, FOUND, Report
from stacks.app import App
from stacks.config import StackConfig
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
    config: StackConfig = field(default_factory=lambda: StackConfig.model_construct(app=App(name="HPE GreenLake")))


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


def test_a_job_that_works_gives_the_all_clear(application: Application, ask: Logs) -> None:
    run(application)

    assert codes(ask) == [FINE, FINE, FINE]
    assert ask(failures=True).data["found"] == []


def test_a_job_in_quarantine_is_no_all_clear(application: Application, ask: Logs) -> None:
    application.save("another-token")
    run(application)

    assert codes(ask) == [FINE, FOUND, FOUND]
    said = first(ask(failures=True))
    assert "the job is in quarantine (SystemForCrossDomainIdentityManagementCredentialValidationFailure): " in said
    assert "GreenLake refuses the token that Entra holds: `pulumi up --refresh`" in said
    assert said.endswith("the logs say nothing meanwhile")


def test_a_job_that_was_stopped_is_no_all_clear(application: Application, ask: Logs) -> None:
    run(application)
    application.graph.post(f"{application.path}/pause").raise_for_status()

    assert codes(ask) == [FINE, FOUND, FOUND]
    assert "provisioning is stopped" in lines(ask(group_by="error"))


def test_a_cycle_that_came_to_nothing_is_no_all_clear(here: World, application: Application, ask: Logs) -> None:
    here.fail({"service": "scim", "status": 503, "times": 9})
    run(application)

    assert codes(ask) == [FINE, FOUND, FOUND]
    assert "the last cycle failed (" in lines(ask(failures=True))


def test_a_job_that_is_gone_is_no_all_clear(application: Application, ask: Logs) -> None:
    application.graph.delete(application.path).raise_for_status()

    assert codes(ask) == [FINE, FOUND, FOUND]
    assert first(ask()).startswith("the synchronization job of the application HPE GreenLake is gone: ")


def test_an_application_that_is_gone_is_told_apart_from_its_job(application: Application, ask: Logs) -> None:
    found = application.graph.get(f"servicePrincipals/{application.service_principal}").raise_for_status().json()
    mine = {"$filter": f"appId eq '{found['appId']}'"}
    (owner,) = application.graph.get("applications", params=mine).raise_for_status().json()["value"]
    application.graph.delete(f"applications/{owner['id']}").raise_for_status()

    assert codes(ask) == [FINE, FOUND, FOUND]
    assert first(ask()).startswith("the application HPE GreenLake, with its provisioning, is gone: ")


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
