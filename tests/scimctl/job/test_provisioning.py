"""What of provisioning is wrong, and how far an all-clear reaches."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from providers.entra.job.job import JobReport, read_report
from providers.timestamps import to_text
from scimctl.job import job_page, provisioning
from scimctl.job.advice import advice
from scimctl.job.provisioning import Overlap, ProvisioningView
from tests.providers.entra.jobs import execution, job_body, quarantine
from tests.scimctl.job.reports import AT, REFUSED, ill, job

AWAY = "CredentialValidationUnavailable"

EXPIRED = f"the token expired at {to_text(AT)}: `pulumi up --refresh` rotates it and starts provisioning"
ENDED = (
    "GreenLake refuses the token that Entra holds: `pulumi up --refresh` rotates it or saves it anew and starts "
    "provisioning (seen at the last attempt, 24 h ago)"
)

NO_CAUSE = "`scimctl test` or `scimctl logs --failures` shows the cause; repair it, then `scimctl start`"
PRUNED = (
    "too much failed in the initial cycle, after which Entra pauses a job: `scimctl logs --failures --group-by error` "
    "shows what; correct it, then `scimctl start`"
)
RESTING = "Entra shows the job as Resting, which is not known here"
RESTART = "`scimctl restart` begins one; if it does not, ask Microsoft's support"


PAGE = ProvisioningView(
    deployed="on",
    job=job(execution=execution()),
    at=AT,
    issued_at=AT - timedelta(days=1),
)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, "healthy as of the last cycle"),
        (
            {"deployed": "off", "job": job("Disabled", "Paused")},
            "provisioning is off, as declared",
        ),
        ({"overlap_open": True, "issued_at": AT}, "the overlap of the last rotation is open"),
        ({"job": job(first="0001-01-01T00:00:00Z")}, "the first cycle has not ended yet"),
        ({"job": job(execution=execution(ended=None))}, "healthy so far: a cycle has been running for 24 h"),
        (
            {"job": job("Active", "Paused", execution=execution("2026-11-02T09:40:00Z", "2026-11-02T09:41:00Z"))},
            "healthy",
        ),
        (
            {"job": job("Active", "Resting", execution=execution("2026-11-02T09:40:00Z", "2026-11-02T09:41:00Z"))},
            f"healthy as of the last cycle, 21 min ago; {RESTING}",
        ),
        (
            {"job": job(execution=execution() | {"countEscrowed": 2})},
            "; 2 users and groups fail: see `scimctl logs --failures`",
        ),
    ],
)
def test_an_all_clear_shows_how_far_it_reaches(changes: dict[str, Any], words: str) -> None:
    page = replace(PAGE, **changes)

    assert provisioning.found(page) == []
    assert words in provisioning.all_clear(page)


STOPPED = "provisioning is stopped (schedule Disabled)"
FAILED = execution() | {"state": "Failed", "error": {"code": REFUSED, "message": "It is not valid."}}


@pytest.mark.parametrize(
    ("seen", "expired", "todo"),
    [
        (job("Disabled", "Paused", execution=execution()), AT, EXPIRED),
        (job("Disabled", "Paused", execution=FAILED), AT, EXPIRED),
        (job("Disabled", "Paused", execution=FAILED), None, ENDED),
        (job("Disabled", "Quarantine", quarantine=quarantine(error={"code": REFUSED}), execution=FAILED), None, ENDED),
        (job("Disabled", "Paused", quarantine=quarantine(error={"code": REFUSED}), execution=execution()), None, ENDED),
    ],
)
def test_what_to_do_about_a_stopped_job_knows_that_its_token_has_ended(
    seen: JobReport, expired: datetime | None, todo: str
) -> None:
    assert provisioning.found(replace(PAGE, job=seen, expired=expired))[0] == f"{STOPPED}: {todo}"
    assert provisioning.not_pushing(ProvisioningView("on", seen, AT, expired))[0] == f"{STOPPED}: {todo}"


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        (
            {"job": job("Disabled", "Paused")},
            "provisioning is stopped (schedule Disabled): `scimctl start`, or `pulumi up --refresh`",
        ),
        (
            {"job": job("Disabled", "Paused", quarantine=quarantine(error={"code": "TooManyDeletes"}))},
            f"{STOPPED}: it was in quarantine (TooManyDeletes): {advice('TooManyDeletes')}, or `pulumi up --refresh`",
        ),
        (
            {"job": job("Disabled", "Paused", quarantine=quarantine(reason="Odd", error=None))},
            f"{STOPPED}: it was in quarantine (Odd): see the logs; then `scimctl start`, or `pulumi up --refresh`",
        ),
        (
            {"deployed": "off"},
            "provisioning is running, and status is off: `scimctl stop`, or `pulumi up --refresh`",
        ),
        (
            {"job": ill(error={"code": REFUSED})},
            f"the job is in quarantine ({REFUSED}): {ENDED}",
        ),
        ({"job": ill(error={"code": REFUSED}), "expired": AT}, f"the job is in quarantine ({REFUSED}): {EXPIRED}"),
        (
            {"job": ill(error={"code": "TooManyDeletes"}), "expired": AT},
            f"the job is in quarantine (TooManyDeletes): {advice('TooManyDeletes')}",
        ),
        (
            {"job": ill(reason="IngestionInterrupted", error=None)},
            f"the job is in quarantine (IngestionInterrupted): {NO_CAUSE}",
        ),
        (
            {"job": job("Active", "NotConfigured", execution=execution())},
            "Entra holds no credentials (NotConfigured): `pulumi up --refresh` saves them",
        ),
        (
            {"at": AT + timedelta(days=3)},
            f"no cycle has begun for 4 days, and one is due every 40 min: {RESTART}",
        ),
        (
            {"job": ill(error={"code": AWAY, "message": "Response: StatusCode: Unauthorized"})},
            f"the job is in quarantine ({AWAY}): {advice(AWAY)}",
        ),
        (
            {"job": ill(error={"code": "Unknown", "message": "We received this answer: Status Code: 401"})},
            f"the job is in quarantine (EncounteredQuarantineException): {ENDED}",
        ),
        (
            {"job": ill(error={"code": "Unknown", "message": "An HTTP/401 Unauthorized response was returned."})},
            f"the job is in quarantine (EncounteredQuarantineException): {ENDED}",
        ),
        (
            {"job": ill(error={"code": "Unknown", "message": "Status Code: 403"})},
            f"the job is in quarantine (EncounteredQuarantineException): {advice('Forbidden')}",
        ),
        (
            {"job": ill(error={"code": "", "message": "One or more errors occurred."})},
            f"the job is in quarantine (EncounteredQuarantineException): One or more errors occurred; {NO_CAUSE}",
        ),
        (
            {"job": ill(reason="QuarantineOnDemand", error=None)},
            f"the job is in quarantine (QuarantineOnDemand): {advice('QuarantinedOnDemand')}",
        ),
        (
            {"job": job(escrowsPruned=True, execution=execution(), code="Paused")},
            f"Entra has paused provisioning (Paused), since 24 h: {PRUNED}",
        ),
        (
            {"job": job("Paused", "Paused", escrowsPruned=True)},
            f"provisioning is stopped (schedule Paused): {PRUNED}, or `pulumi up --refresh`",
        ),
        (
            {"job": job("Active", "Paused", execution=execution())},
            "Entra has paused provisioning (Paused), since 24 h: `scimctl start`",
        ),
        (
            {"job": job("Active", "Resting", execution=execution())},
            f"no cycle has begun for 24 h, and {RESTING}: see Provisioning in the portal",
        ),
        (
            {"job": job(execution=execution(ended=None)), "at": AT + timedelta(days=3)},
            "a cycle has been running for 4 days: `scimctl restart` begins another; if it stays, ask Microsoft",
        ),
        (
            {"job": job(countSuccessiveCompleteFailures=9, execution=execution() | {"state": "Failed"})},
            "the last 9 cycles failed (no reason given): the next one tries again",
        ),
        (
            {"differences": ["User Update is ticked"]},
            "mappings: User Update is ticked: `pulumi up --refresh` repairs it",
        ),
        (
            {"why_rotate": "refused by GreenLake"},
            "the token is to be rotated: refused by GreenLake: `pulumi up` does it",
        ),
        (
            {"job": job(execution=execution() | {"state": "Failed", "error": {"code": AWAY}})},
            f"the last cycle failed ({AWAY}): {advice(AWAY)}",
        ),
        (
            {"job": job(execution=execution() | {"state": "Failed"})},
            "the last cycle failed (no reason given): the next one tries again",
        ),
        ({"tested": False}, "the token issued 24 h ago has not been tested: `pulumi up --refresh` repairs it"),
    ],
)
def test_each_thing_that_is_wrong_is_a_line_with_what_to_do(changes: dict[str, Any], line: str) -> None:
    assert provisioning.found(replace(PAGE, **changes)) == [line]


PLACEHOLDER = {
    "state": "Failed",
    "error": {"code": "None", "message": "", "tenantActionable": False},
    "timeBegan": "0001-01-01T00:00:00Z",
    "timeEnded": "0001-01-01T00:00:00Z",
}


def test_a_job_that_was_just_started_has_no_failed_cycle() -> None:
    fresh = job("Active", "NotRun", execution=PLACEHOLDER, first="0001-01-01T00:00:00Z")

    assert provisioning.found(replace(PAGE, job=fresh)) == []
    assert job_page.state(fresh) == "first cycle not ended yet"
    assert job_page.last_cycle(fresh.status.last_execution, AT) == "none yet"
    assert job_page.next_cycle(fresh) is None


def test_the_cause_of_a_quarantine_in_its_last_cycle_is_what_is_reported() -> None:
    body = job_body(
        code="Quarantine",
        execution=execution() | {"state": "Failed", "error": {"code": REFUSED, "message": "It is not valid."}},
        quarantine=quarantine(error=None),
    )
    seen = read_report(body)

    assert provisioning.found(replace(PAGE, job=seen)) == [f"the job is in quarantine ({REFUSED}): {ENDED}"]
    assert job_page.quarantine(seen, AT)[:2] == [
        ("quarantine", f"it cannot work with GreenLake ({REFUSED})"),
        ("reason", "It is not valid."),
    ]


@pytest.mark.parametrize(
    ("seen", "deployed", "lines"),
    [
        (PAGE.job, "on", 0),
        (job("Disabled", "Paused"), "on", 1),
        (job("Disabled", "Paused"), "off", 0),
        (ill(), "on", 1),
        (job(execution=execution() | {"state": "Failed", "error": {"code": AWAY}}), "on", 1),
        (job("Active", "NotRun", execution=PLACEHOLDER), "on", 0),
        (job("Active", "NotConfigured", execution=execution()), "on", 1),
        (job(execution=execution(ended="2026-10-30T10:00:00Z")), "on", 1),
        (job(execution=execution(ended="2026-10-30T10:00:00Z")), "off", 0),
    ],
)
def test_why_nothing_is_pushed_is_reported_if_something_should_be(seen: JobReport, deployed: str, lines: int) -> None:
    assert len(provisioning.not_pushing(ProvisioningView(deployed, seen, AT))) == lines


def since_issue(hours: int) -> ProvisioningView:
    issued_at = AT - timedelta(days=1)
    began = (issued_at + timedelta(hours=hours)).strftime("%Y-%m-%dT%H:%M:%SZ")
    body = job_body(execution=execution())
    body["status"]["lastSuccessfulExecution"] = execution(began)
    return replace(PAGE, job=read_report(body), tested=False, overlap_open=True)


def test_a_cycle_that_succeeded_since_the_issue_has_used_the_token() -> None:
    assert provisioning.found(since_issue(1)) == []
    assert provisioning.overlap(since_issue(1)) is Overlap.USED
    assert len(provisioning.found(since_issue(-1))) == 1
    assert provisioning.overlap(since_issue(-1)) is Overlap.OPEN
    assert provisioning.overlap(PAGE) is Overlap.CLOSED
    assert [each.words.split()[0].strip(":") for each in Overlap] == ["closed", "open", "closed"]
