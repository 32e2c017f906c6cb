import json
from typing import Any

import pytest

from providers.entra.job.job import JobReport, read_job, read_report
from providers.errors import UnexpectedAnswerError
from providers.timestamps import from_text, to_text
from tests.providers.entra.jobs import BEGAN, ENDED, execution, job_body, quarantine
from tests.sandbox.provisioning.application import Application


def report(application: Application) -> JobReport:
    return read_report(application.graph.get(application.path).json())


def test_a_job_that_never_ran_has_nothing_to_report(application: Application) -> None:
    fresh = report(application)

    assert (fresh.active, fresh.quarantined, fresh.initial_cycle_done) == (False, False, False)
    assert fresh.status.last_execution is None
    assert fresh.status.synchronized_entry_count_by_type == ()


def test_a_cycle_is_reported_with_its_counts(application: Application) -> None:
    application.assign(application.new_user())
    application.graph.post(f"{application.path}/start").raise_for_status()
    application.cycle()

    done = report(application)
    last = done.status.last_execution

    assert last
    assert last.time_began
    assert (last.state, last.count_escrowed, last.error) == ("Succeeded", 0, None)
    assert (done.active, done.initial_cycle_done) == (True, True)
    assert [each.value for each in done.status.synchronized_entry_count_by_type if each.key.startswith("User")] == [1]


def test_a_quarantine_is_reported_with_its_reason_and_next_attempt(application: Application) -> None:
    application.save("another-token")
    application.graph.post(f"{application.path}/start").raise_for_status()
    application.cycle()

    found = report(application)
    quarantine = found.status.quarantine

    assert found.quarantined
    assert quarantine
    assert quarantine.reason == "EncounteredQuarantineException"
    assert quarantine.error
    assert quarantine.error.code == "SystemForCrossDomainIdentityManagementCredentialValidationFailure"
    assert quarantine.began
    assert quarantine.next_attempt
    assert quarantine.next_attempt > quarantine.began


def test_graphs_times_of_seven_decimals_are_read() -> None:
    body = job_body(execution={"timeBegan": BEGAN, "timeEnded": ENDED, "countEscrowed": None})
    last = read_report(body).status.last_execution

    assert last
    assert (to_text(last.time_began), to_text(last.time_ended)) == ("2026-11-01T10:00:00Z", "2026-11-01T10:00:09Z")


def test_what_cannot_be_read_is_named_by_field() -> None:
    with pytest.raises(UnexpectedAnswerError, match=r"cannot be read \(fields: status.lastExecution.timeBegan\)"):
        read_report(job_body(execution={"timeBegan": "soon"}))


PLACEHOLDER = {
    "activityIdentifier": None,
    "countExported": 0,
    "state": "Failed",
    "error": {"code": "None", "message": "", "tenantActionable": False},
    "timeBegan": "0001-01-01T00:00:00Z",
    "timeEnded": "0001-01-01T00:00:00Z",
}
DNS = "The remote name could not be resolved: 'sps.us1.greenlake-hpe.com'"
TLS = "Could not establish trust relationship for the SSL/TLS secure channel."
REFUSED = "SystemForCrossDomainIdentityManagementCredentialValidationFailure"


@pytest.mark.parametrize("never", ["0001-01-01T00:00:00Z", "0001-01-01T00:00:00", "1601-01-01T00:00:00Z", None])
def test_an_execution_that_never_began_does_not_count(never: str | None) -> None:
    body = job_body(code="NotRun", execution=PLACEHOLDER | {"timeBegan": never, "timeEnded": never})

    assert read_report(body).status.last_execution is None
    assert read_job(body).status.last_execution is None


def failed(**error: Any) -> dict[str, Any]:
    return execution() | {"state": "Failed", "error": {"code": REFUSED, "message": "It is not valid."} | error}


@pytest.mark.parametrize(
    ("of_quarantine", "of_cycle", "code", "message"),
    [
        ({"error": None}, failed(), REFUSED, "It is not valid."),
        ({"error": {"code": "None", "message": ""}}, failed(), REFUSED, "It is not valid."),
        ({"error": {"code": "Unauthorized", "message": "No."}}, failed(), "Unauthorized", "No."),
        ({"error": None, "reason": "Unknown"}, failed(), REFUSED, "It is not valid."),
        ({"error": None, "reason": None}, failed(), REFUSED, "It is not valid."),
        ({"error": None, "reason": "TooManyDeletes"}, failed(), "TooManyDeletes", ""),
        ({"error": None}, failed(code="None", message=f"{REFUSED}: not valid"), REFUSED, f"{REFUSED}: not valid"),
        (
            {
                "error": {
                    "code": "UnknownError",
                    "message": json.dumps({"error": {"code": "Timeout", "message": "Late"}}),
                }
            },
            None,
            "Timeout",
            "Late",
        ),
        ({"error": "It broke."}, None, "EncounteredQuarantineException", "It broke."),
        ({"error": {"code": "Unknown", "message": DNS}}, None, "NameResolutionFailure", DNS),
        ({"error": {"code": "", "message": TLS}}, None, "TrustFailure", TLS),
        ({"error": {"code": "None", "message": "A task was canceled."}}, None, "Timeout", "A task was canceled."),
        ({"error": {"code": "TooManyDeletes", "message": TLS}}, None, "TooManyDeletes", TLS),
        ({"error": None}, None, "EncounteredQuarantineException", ""),
        ({"error": None}, failed(code="None", message=""), "EncounteredQuarantineException", ""),
        ({"error": None, "reason": None}, None, "no reason given", ""),
    ],
)
def test_the_cause_of_a_quarantine_is_read_wherever_it_stands(
    of_quarantine: dict[str, Any], of_cycle: dict[str, Any] | None, code: str, message: str
) -> None:
    body = job_body(code="Quarantine", execution=of_cycle, quarantine=quarantine(**of_quarantine))
    cause = read_report(body).quarantine_cause

    assert cause
    assert (cause.code, cause.message) == (code, message)
    assert read_job(body).quarantine_reason == code


def test_outside_of_a_quarantine_there_is_no_cause() -> None:
    assert read_report(job_body(execution=failed(), quarantine=quarantine())).quarantine_cause is None


def test_a_refused_object_is_distinguished_from_an_address_that_is_not_a_service() -> None:
    scim = {"schemas": ["urn:ietf:params:scim:api:messages:2.0:Error"], "status": "400", "detail": "familyName missing"}
    error = {
        "code": "SystemForCrossDomainIdentityManagementServiceIncompatible",
        "message": f"Response: {json.dumps(scim)}",
    }
    cause = read_report(job_body(code="Quarantine", quarantine=quarantine(error=error))).quarantine_cause

    assert cause
    assert (cause.code, cause.message, cause.refused_with) == (error["code"], "familyName missing", 400)


@pytest.mark.parametrize(
    ("field", "changes", "pushed"),
    [
        ("lastSuccessfulExecution", {}, True),
        ("lastSuccessfulExecutionWithExports", {}, True),
        ("lastExecution", {}, True),
        ("lastExecution", {"state": "EntryLevelErrors"}, True),
        ("lastExecution", {"state": "Failed", "countExported": 2}, True),
        ("lastExecution", {"state": "Failed", "countExported": 0}, False),
        ("lastExecution", {"timeBegan": "2026-11-01T09:00:00Z"}, False),
        ("lastSuccessfulExecution", {"timeBegan": "0001-01-01T00:00:00Z"}, False),
    ],
)
def test_a_cycle_has_used_the_token_in_whichever_field_that_stands(
    field: str, changes: dict[str, Any], pushed: bool
) -> None:
    body = job_body()
    body["status"][field] = execution() | changes

    assert read_report(body).has_pushed_since(from_text("2026-11-01T09:30:00Z")) is pushed
