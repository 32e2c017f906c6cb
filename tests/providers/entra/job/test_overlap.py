"""What may be done while the token before the present one is accepted, decision by decision."""

from datetime import timedelta
from typing import Any

import pytest

from providers import timestamps
from providers.entra.job import overlap
from providers.entra.job.job import Job, read_job
from providers.scim.probing import Probe
from tests.providers.entra.jobs import execution, job_body

NOW = timestamps.from_text("2026-11-01T10:05:00Z")  # five minutes after the cycle of `execution` began
AFTER_IT = NOW - timedelta(minutes=1)


def job(state: str = "Active", *, running: bool = False) -> Job:
    return read_job(job_body(state, execution=execution(ended=None) if running else execution()))


def waits(seen: Job, **changes: Any) -> bool:
    facts: dict[str, Any] = {
        "protected": True,
        "old_accepted": False,
        "settled": True,
        "saved_at": AFTER_IT,
        "at": NOW,
        **changes,
    }
    return overlap.must_wait(seen, **facts)


@pytest.mark.parametrize("previous", [Probe.ACCEPTED, Probe.UNKNOWN])
def test_an_overlap_is_open_until_the_previous_token_is_known_to_be_refused(previous: Probe) -> None:
    assert overlap.is_open(previous)


@pytest.mark.parametrize("previous", [Probe.REFUSED, None])
def test_no_overlap_is_open_if_there_is_no_previous_token_or_it_is_refused(previous: Probe | None) -> None:
    assert not overlap.is_open(previous)


@pytest.mark.parametrize("why", ["previous", "adopted", "found_running"])
def test_a_token_before_the_present_one_is_protected_until_entra_has_used_the_present_one(why: str) -> None:
    facts: dict[str, Any] = {"previous": Probe.REFUSED, "adopted": False, "found_running": False}
    facts[why] = Probe.ACCEPTED if why == "previous" else True

    assert overlap.protects(tested=False, **facts)
    assert not overlap.protects(tested=True, **facts)


def test_nothing_is_protected_if_no_other_token_can_be_in_use() -> None:
    assert not overlap.protects(tested=False, previous=None, adopted=False, found_running=False)
    assert not overlap.protects(tested=False, previous=Probe.REFUSED, adopted=False, found_running=False)


def test_up_waits_while_a_cycle_that_began_with_the_old_token_may_run() -> None:
    assert waits(job(running=True))
    assert not waits(job())
    assert not waits(job("Disabled"))


def test_up_waits_until_every_reader_has_the_save() -> None:
    assert waits(job(), settled=False)
    assert waits(job("Disabled"), settled=False)


def test_without_a_token_to_protect_there_is_nothing_to_wait_for() -> None:
    assert not waits(job(running=True), protected=False, settled=False)


def test_what_entra_held_before_may_be_accepted_as_well_until_every_reader_has_the_save() -> None:
    assert waits(job(running=True), protected=False, old_accepted=True, settled=False)
    assert not waits(job(running=True), protected=False, old_accepted=True)


def test_a_cycle_that_began_once_every_reader_had_the_save_is_not_waited_for() -> None:
    began = timestamps.from_text("2026-11-01T10:00:00Z")
    settle = timedelta(seconds=20)

    assert not waits(job(running=True), saved_at=began - settle - timedelta(seconds=1))
    assert waits(job(running=True), saved_at=began - settle)


def test_a_settle_time_is_no_longer_than_the_margin_before_the_next_cycle() -> None:
    of_a_day, of_seconds = read_job(job_body()), read_job(job_body(interval="PT8S"))

    assert (of_a_day.settle_time, of_seconds.settle_time) == (timedelta(seconds=20), timedelta(seconds=2))


def test_an_accepted_test_proves_only_what_every_reader_has() -> None:
    settled = AFTER_IT + timedelta(seconds=21)

    assert overlap.proves(job(), saved_at=AFTER_IT, at=settled)
    assert not overlap.proves(job(), saved_at=AFTER_IT, at=settled - timedelta(seconds=1))
    assert not overlap.proves(job(), saved_at=None, at=NOW)


@pytest.mark.parametrize(("saved_before_s", "is_in_use"), [(22, True), (21, False), (0, False), (-60, False)])
def test_entra_uses_the_token_alone_once_a_cycle_began_after_every_reader_had_its_save(
    saved_before_s: int, is_in_use: bool
) -> None:
    last = job().status.last_execution
    began = last.time_began if last else None
    assert began

    assert overlap.is_in_use(job(), saved_at=began - timedelta(seconds=saved_before_s)) == is_in_use


def test_nothing_shows_that_entra_uses_a_token_without_a_known_save_or_a_cycle() -> None:
    assert not overlap.is_in_use(job(), saved_at=None)
    assert not overlap.is_in_use(read_job(job_body()), saved_at=NOW - timedelta(days=1))


def test_no_cycle_can_be_running_between_two_of_them() -> None:
    assert overlap.is_quiet(job(), NOW)
    assert not overlap.is_quiet(job(running=True), NOW)
    assert not overlap.is_quiet(job(), NOW + timedelta(minutes=36))
