"""What may be done while the token before the present one is accepted, decision by decision."""

from datetime import timedelta

import pytest

from providers import moments
from providers.entra import overlap
from providers.entra.job import Job, read_job
from providers.scim import Probe
from tests.providers.entra.jobs import execution, job_body

NOW = moments.from_text("2026-11-01T10:05:00Z")  # five minutes after the cycle of `execution` began
BEFORE_IT, AFTER_IT = NOW - timedelta(hours=1), NOW - timedelta(minutes=1)


def job(state: str = "Active", *, running: bool = False) -> Job:
    return read_job(job_body(state, execution=execution(ended=None) if running else execution()))


def waits(seen: Job, **changes: bool) -> bool:
    facts = {"overlap_open": True, "first_time": False, **changes}
    return overlap.must_wait(seen, saved_at=AFTER_IT, now=NOW, **facts)


@pytest.mark.parametrize("previous", [Probe.ACCEPTED, Probe.UNKNOWN])
def test_an_overlap_is_open_until_the_previous_token_is_known_to_be_refused(previous: Probe) -> None:
    assert overlap.is_open(previous)


@pytest.mark.parametrize("previous", [Probe.REFUSED, None])
def test_no_overlap_is_open_where_there_is_no_previous_token_or_it_is_refused(previous: Probe | None) -> None:
    assert not overlap.is_open(previous)


def test_up_waits_while_a_cycle_that_began_with_the_old_token_may_run() -> None:
    assert waits(job(running=True))
    assert not waits(job())
    assert not waits(job("Disabled"))


def test_without_an_overlap_there_is_nothing_to_wait_for() -> None:
    assert not waits(job(running=True), overlap_open=False)


def test_at_the_first_run_for_a_job_that_is_on_somebody_elses_token_may_be_in_use() -> None:
    assert waits(job(running=True), overlap_open=False, first_time=True)
    assert not waits(job("Disabled"), overlap_open=False, first_time=True)


def test_a_cycle_that_began_after_the_save_is_not_waited_for() -> None:
    seen = job(running=True)

    assert not overlap.must_wait(seen, overlap_open=True, first_time=False, saved_at=BEFORE_IT, now=NOW)


@pytest.mark.parametrize(
    ("refused", "overlap_open", "proven"),
    [(False, False, True), (False, True, False), (True, False, False), (True, True, False)],
)
def test_entra_holds_the_new_token_where_it_is_accepted_and_the_old_one_has_ended(
    refused: bool, overlap_open: bool, proven: bool
) -> None:
    assert overlap.is_proven(refused=refused, overlap_open=overlap_open) is proven


def test_a_read_asks_entra_only_where_no_overlap_is_known_to_be_open() -> None:
    assert overlap.may_ask(settled=True, previous=None)
    assert overlap.may_ask(settled=False, previous=Probe.REFUSED)
    assert not overlap.may_ask(settled=False, previous=Probe.ACCEPTED)
    assert not overlap.may_ask(settled=False, previous=Probe.UNKNOWN)


def test_no_cycle_can_be_running_between_two_of_them() -> None:
    assert overlap.is_quiet(job(), NOW)
    assert not overlap.is_quiet(job(running=True), NOW)
    assert not overlap.is_quiet(job(), NOW + timedelta(minutes=36))
