import pytest

from providers.entra.job_report import JobReport, read_report
from providers.errors import UnexpectedAnswerError
from providers.moments import to_text
from tests.providers.entra.jobs import BEGAN, ENDED, job_body
from tests.sandbox.provisioning.application import Application


def report(application: Application) -> JobReport:
    return read_report(application.graph.get(application.path).json())


def test_a_job_that_never_ran_has_nothing_to_tell(application: Application) -> None:
    fresh = report(application)

    assert (fresh.active, fresh.quarantined, fresh.initial_cycle_done) == (False, False, False)
    assert fresh.status.last_execution is None
    assert fresh.status.synchronized_entry_count_by_type == ()


def test_a_cycle_is_told_with_its_counts(application: Application) -> None:
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


def test_a_quarantine_is_told_with_its_reason_and_next_attempt(application: Application) -> None:
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
    assert quarantine.series_began
    assert quarantine.next_attempt
    assert quarantine.next_attempt > quarantine.series_began


def test_graphs_times_of_seven_decimals_are_read() -> None:
    body = job_body(execution={"timeBegan": BEGAN, "timeEnded": ENDED, "countEscrowed": None})
    last = read_report(body).status.last_execution

    assert last
    assert (to_text(last.time_began), to_text(last.time_ended)) == ("2026-11-01T10:00:00Z", "2026-11-01T10:00:09Z")


def test_what_cannot_be_read_is_named_by_field() -> None:
    with pytest.raises(UnexpectedAnswerError, match=r"cannot be read \(fields: status.lastExecution.timeBegan\)"):
        read_report(job_body(execution={"timeBegan": "soon"}))
