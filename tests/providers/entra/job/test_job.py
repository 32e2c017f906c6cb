from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from providers.entra.job.job import Job, may_test, read_job
from providers.errors import UnexpectedAnswerError
from providers.timestamps import from_text
from tests.providers.entra.jobs import BEGAN, ENDED, execution, job_body, quarantine

CYCLE = datetime(2026, 11, 1, 10, 0, 0, 123_456, tzinfo=timezone.utc)
END = datetime(2026, 11, 1, 10, 0, 9, 765_432, tzinfo=timezone.utc)
MINUTE = timedelta(minutes=1)
MICROSECOND = timedelta(microseconds=1)
INTERVAL = 40 * MINUTE
MARGIN = timedelta(seconds=30)


def ran(state: str = "Active", code: str = "Active", *, ended: str | None = ENDED, interval: str = "PT40M") -> Job:
    return read_job(job_body(state, code, execution=execution(BEGAN, ended), interval=interval))


def test_a_job_is_read_as_graph_writes_it() -> None:
    job = ran()

    assert (job.id, job.schedule.state, job.schedule.interval) == ("scim.aaaabbbb", "Active", INTERVAL)
    last = job.status.last_execution
    assert last is not None
    assert (last.time_began, last.time_ended, last.state) == (CYCLE, END, "Succeeded")


@pytest.mark.parametrize(
    ("state", "code", "active", "quarantined"),
    [
        ("Active", "Active", True, False),
        ("Active", "Quarantine", True, True),
        ("Active", "NotRun", True, False),
        ("Paused", "Paused", False, False),
        ("Disabled", "NotConfigured", False, False),
    ],
)
def test_the_schedule_shows_whether_it_is_on_and_the_status_whether_it_is_ill(
    state: str, code: str, active: bool, quarantined: bool
) -> None:
    job = read_job(job_body(state, code))

    assert (job.active, job.quarantined) == (active, quarantined)


def test_a_job_without_status_interval_and_executions_is_read() -> None:
    job = read_job({"id": "scim.1", "schedule": {"state": "Disabled"}})

    assert job.schedule.interval == INTERVAL
    assert (job.status.code, job.status.last_execution, job.status.quarantine) == ("", None, None)


@pytest.mark.parametrize(
    "change",
    [
        {"status": None},
        {"status": {"code": None}},
        {"schedule": {"state": "Active", "interval": None}},
    ],
)
def test_null_is_read_as_absent(change: dict[str, Any]) -> None:
    assert read_job({**job_body(), **change}).active


@pytest.mark.parametrize("interval", ["P10675199DT2H48M5.4775807S", "P10675199D"])
def test_an_unset_interval_is_so_long_that_no_next_cycle_comes(interval: str) -> None:
    assert may_test(ran(interval=interval), CYCLE + MINUTE, CYCLE + timedelta(days=3000))


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({}, "id, schedule"),
        ({"id": 7, "schedule": {}}, "id, schedule.state"),
        ({"id": "a", "schedule": {"state": "Active", "interval": "secret words"}}, "schedule.interval"),
        (job_body(execution={"timeBegan": "secret words"}), "status.lastExecution.timeBegan"),
    ],
)
def test_a_job_that_cannot_be_read_names_the_fields_and_no_value(body: dict[str, Any], fields: str) -> None:
    with pytest.raises(UnexpectedAnswerError) as caught:
        read_job(body)

    assert (
        str(caught.value)
        == f"Graph: read the synchronization job: the answer cannot be read (fields: {fields}): run again later"
    )
    assert caught.value.__suppress_context__


@pytest.mark.parametrize(
    ("held", "series", "reason"),
    [
        (quarantine(), "2026-11-02T10:00:01.0000000Z", "CredentialValidationFailure"),
        (quarantine(error=None), "2026-11-02T10:00:01.0000000Z", "EncounteredQuarantineException"),
        (quarantine(error={"code": None}, reason=None), "2026-11-02T10:00:01.0000000Z", "no reason given"),
        (quarantine(error={"code": ""}, seriesBegan=None), "unknown", "EncounteredQuarantineException"),
        ({}, "unknown", "no reason given"),
    ],
)
def test_a_quarantine_has_a_series_and_a_reason_whatever_graph_reports_of_it(
    held: dict[str, Any], series: str, reason: str
) -> None:
    job = read_job(job_body(code="Quarantine", quarantine=held))

    assert job.quarantine_series == series
    assert job.quarantine_reason == reason


def test_a_quarantine_of_which_graph_shows_nothing_has_a_series_and_a_reason_too() -> None:
    job = read_job(job_body(code="Quarantine", quarantine=None))

    assert (job.quarantine_series, job.quarantine_reason) == ("unknown", "no reason given")


@pytest.mark.parametrize("code", ["Active", "Paused"])
def test_a_quarantine_that_is_over_has_neither(code: str) -> None:
    job = read_job(job_body(code=code, quarantine=quarantine()))

    assert (job.quarantine_series, job.quarantine_reason) == ("", "")


@pytest.mark.parametrize(("state", "code"), [("Paused", "Paused"), ("Disabled", "NotRun")])
def test_if_nothing_runs_by_a_schedule_the_token_may_be_tested_at_once(state: str, code: str) -> None:
    never_ran = read_job(job_body(state, code))

    assert may_test(ran(state, code), CYCLE + MINUTE, CYCLE + timedelta(days=1))
    assert may_test(never_ran, CYCLE, CYCLE)


@pytest.mark.parametrize(
    ("state", "code"), [("Paused", "Paused"), ("Disabled", "NotRun"), ("Active", "Quarantine"), ("Active", "Active")]
)
def test_a_cycle_that_goes_on_after_a_stop_is_waited_for(state: str, code: str) -> None:
    running = ran(state, code, ended=None)

    assert not may_test(running, CYCLE + MINUTE, CYCLE + MINUTE)
    assert may_test(running, CYCLE - MICROSECOND, CYCLE + MINUTE), "it uses the new token already"


def test_a_moment_of_the_year_1_is_one_that_has_not_come_yet() -> None:
    held = quarantine(nextAttempt="0001-01-01T00:00:00Z")
    job = read_job(job_body(code="Quarantine", execution=execution(), quarantine=held))

    assert job.next_attempt is None


def test_in_quarantine_the_next_attempt_must_not_have_begun_by_a_margin() -> None:
    attempt = from_text("2026-11-02T10:05:01Z")
    job = read_job(job_body(code="Quarantine", execution=execution(), quarantine=quarantine()))

    assert may_test(job, END, attempt - MARGIN - MICROSECOND)
    assert not may_test(job, END, attempt - MARGIN)
    assert not may_test(job, END, attempt + timedelta(days=1))


@pytest.mark.parametrize("held", [None, quarantine(nextAttempt=None)])
def test_a_quarantine_without_a_next_attempt_is_healed_at_once(held: dict[str, Any] | None) -> None:
    assert may_test(read_job(job_body(code="Quarantine", execution=execution(), quarantine=held)), END, END)


@pytest.mark.parametrize("last", [None, execution(began=None), execution(began=None, ended=None)])
def test_a_job_that_is_on_and_never_ran_may_be_in_its_first_cycle(last: dict[str, Any] | None) -> None:
    assert not may_test(read_job(job_body(execution=last)), CYCLE, CYCLE + timedelta(days=1))


@pytest.mark.parametrize("ended", [ENDED, None])
def test_a_cycle_that_began_after_the_save_uses_the_new_token_already(ended: str | None) -> None:
    assert may_test(ran(ended=ended), CYCLE - MICROSECOND, CYCLE + timedelta(days=1))


def test_a_cycle_that_began_with_the_save_or_before_it_must_have_ended() -> None:
    for saved_at in (CYCLE, CYCLE + MINUTE):
        assert not may_test(ran(ended=None), saved_at, CYCLE + MINUTE)
        assert may_test(ran(), saved_at, CYCLE + MINUTE)


@pytest.mark.parametrize(
    ("interval", "margin"),
    [("PT40M", MARGIN), ("PT2M", MARGIN), ("PT1M", timedelta(seconds=15)), ("PT3S", timedelta(seconds=0.75))],
)
def test_the_next_cycle_must_not_have_begun_by_a_margin(interval: str, margin: timedelta) -> None:
    job = ran(interval=interval)
    following = CYCLE + job.schedule.interval

    assert may_test(job, END, following - margin - MICROSECOND)
    assert not may_test(job, END, following - margin)
    assert not may_test(job, END, following + MINUTE)


@given(
    interval=st.integers(min_value=1, max_value=7200),
    lasts=st.integers(min_value=0, max_value=7200),
    saved=st.integers(min_value=-7200, max_value=7200),
    asked=st.integers(min_value=0, max_value=7200),
)
def test_a_token_is_never_tested_while_a_cycle_that_began_with_the_old_one_can_be_running(
    interval: int, lasts: int, saved: int, asked: int
) -> None:
    """Cycles begin every `interval` seconds from CYCLE on, the first lasts `lasts`; the save is at `saved`."""
    now = saved + asked
    ended = (CYCLE + timedelta(seconds=lasts)).isoformat() if lasts <= now else None
    job = read_job(job_body(execution=execution(CYCLE.isoformat(), ended), interval=f"PT{interval}S"))

    allowed = may_test(job, CYCLE + timedelta(seconds=saved), CYCLE + timedelta(seconds=now))

    with_the_old_token = [0 if saved >= 0 else None, interval if saved >= interval <= now else None]
    running = [began for began in with_the_old_token if began is not None and (began > 0 or now < lasts)]
    assert not (allowed and running)
