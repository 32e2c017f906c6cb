"""The section on the job shows its state in words, not by colour alone."""

from typing import Any

import pytest

from sandbox.page.views.job import view
from tests.sandbox.page.views.readings import entry, job, people, reading, written


def _ran(state: str, **more: Any) -> dict[str, Any]:
    times = {"timeBegan": written(2), "timeEnded": written(1)}
    return {"state": state, "countExported": 4, "countEscrowed": 0, "error": None, **times, **more}


def _facts(**changes: Any) -> dict[str, str]:
    return {one.name: f"{one.value} | {one.more}" for one in view(reading(**changes)).facts}


QUARANTINE = {
    "seriesBegan": written(30),
    "nextAttempt": written(-27),
    "reason": "EncounteredQuarantineException",
    "error": {"message": "The application refused the credentials."},
}


@pytest.mark.parametrize(
    ("job_", "busy", "state", "tone"),
    [
        (None, False, "No provisioning job", "idle"),
        (job(state="Disabled", code="Paused"), False, "Stopped", "idle"),
        (job(), False, "Provisioning is on", "good"),
        (job(), True, "A cycle is running", "busy"),
        (job(lastExecution=_ran("EntryLevelErrors")), False, "The last cycle had failures", "bad"),
        (job(quarantine=QUARANTINE), False, "In quarantine", "bad"),
        (job(quarantine=QUARANTINE, state="Disabled"), False, "Stopped, and in quarantine", "bad"),
    ],
)
def test_each_state_has_words_and_a_tone(job_: Any, busy: bool, state: str, tone: str) -> None:
    shown = view(reading(job=job_, busy=busy))
    assert (shown.state, shown.tone) == (state, tone)


def test_a_quarantine_shows_since_when_why_and_when_it_is_tried_again() -> None:
    shown = view(reading(job=job(quarantine=QUARANTINE)))
    assert shown.problem.startswith("In quarantine since 11:59:30: The application refused the credentials.")
    assert _facts(job=job(quarantine=QUARANTINE))["Next cycle"] == "an attempt at 12:00:27 | "


def test_the_next_cycle_begins_an_interval_after_the_last_began() -> None:
    facts = _facts(job=job(lastExecution=_ran("Succeeded")))
    assert facts["Next cycle"] == "12:00:01 | "
    assert facts["Last cycle"] == "Succeeded at 11:59:59 | 4 changes in 1 s"


def test_a_job_that_is_stopped_has_no_next_cycle() -> None:
    assert _facts(job=job(state="Disabled"))["Next cycle"] == "none while it is stopped | "


@pytest.mark.parametrize(("status", "words"), [(204, "passed | at 11:59:58"), (400, "refused | at 11:59:58")])
def test_the_last_test_connection_is_reported(status: int, words: str) -> None:
    assert _facts(job=job(), test=entry(status=status))["Test Connection"] == words


def test_progress_counts_who_is_in_scope_and_not_who_is_deleted() -> None:
    shown = view(reading(job=job(), **people(5, pushed=2)))
    assert (shown.done, shown.due) == (2, 6)
    gone = view(reading(job=job(), **people(5, pushed=2, deletedDateTime="2026-11-01T08:00:00Z")))
    assert (gone.done, gone.due) == (0, 1)
