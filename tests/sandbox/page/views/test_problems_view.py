"""What is broken is named whatever the job does, and nothing is named that a running cycle is about to do."""

import copy
from typing import Any

import pytest

from sandbox.greenlake.tokens.token_life import Token
from sandbox.page.views import directories, mappings, tokens
from sandbox.page.views.headline import problems
from tests.sandbox.page.views.readings import job, mapped_by, people, reading, token, users_of

STATES = {
    "on": job(),
    "paused": job(state="Disabled", code="Paused"),
    "quarantined": job(quarantine={"seriesBegan": "", "nextAttempt": "", "reason": "", "error": {}}),
}
LIVE = token(2, issued=60, used=57)
ENDED = token(1, issued=3600, end=100)


def _found(**changes: Any) -> tuple[str, ...]:
    now = reading(**changes)
    return problems(now, tokens.view(now), mappings.view(now), directories.view(now))


@pytest.mark.parametrize("state", STATES)
def test_in_every_state_of_the_job_broken_tokens_mappings_and_services_are_named(state: str) -> None:
    saved = mapped_by("userName", "displayName")
    now = copy.deepcopy(saved)
    users_of(now)["enabled"] = False
    found = _found(job=STATES[state], tokens=(ENDED,), held="pasted", schema=now, before=saved, slow=True)
    assert found == (
        "no token is live",
        "Entra holds a token that GreenLake never issued",
        "mappings have drifted in 1 place",
        "GreenLake is slow",
    )


@pytest.mark.parametrize(
    ("held", "found"), [(ENDED, ("Entra holds a token that is not live any more",)), (LIVE, ())], ids=["ended", "live"]
)
def test_a_token_in_entra_that_has_ended_is_named_while_another_is_live(held: Token, found: tuple[str, ...]) -> None:
    assert _found(job=job(), tokens=(ENDED, LIVE), held=held.sha256[:12]) == found


@pytest.mark.parametrize(("state", "is_named"), [("on", False), ("paused", True), ("quarantined", True)])
def test_people_out_of_scope_are_a_problem_only_while_no_cycle_removes_them(state: str, is_named: bool) -> None:
    found = _found(job=STATES[state], **people(3, pushed=2, deletedDateTime="2026-11-01T08:00:00Z"))
    assert found == (("GreenLake still has 2 objects out of scope",) if is_named else ())


def test_nothing_is_broken_in_a_world_before_the_first_job_and_after_the_last_one() -> None:
    assert _found() == ()
    assert _found(tokens=(ENDED,)) == ()
