import copy
import json
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from providers.greenlake import token_properties
from providers.greenlake.api.token_answer import IssuedToken
from providers.greenlake.rotation import Known, Policy, State
from providers.greenlake.token_properties import (
    COMPARED,
    COMPUTED,
    fingerprint,
    known,
    of_issued,
    policy,
    under,
    why_rotate,
)
from providers.state import schema

NOW = datetime(2026, 11, 1, 10, 0, 0, 750_000, tzinfo=timezone.utc)
DAY = timedelta(days=1)
TOKEN = "a-token-that-nobody-else-has-1"
INPUTS: dict[str, Any] = {
    "api_url": "https://api.example",
    "tenant_url": "https://api.example/v1alpha1/scimproxy",
    "remove_current": False,
    "every": "30d",
    "renew_before": "",
    "adopt_existing": False,
    "token_field": "",
    "expiry_field": "",
    "workspace": "",
    "rotate_when_changed": {"audit": "1"},
    "__provider": "pickled",
}


@pytest.fixture(autouse=True)
def at_now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(token_properties, "now", lambda: NOW)


def outputs(
    previous: str = "", *, adopted: bool = False, expires_at: datetime | None = NOW + 90 * DAY, **inputs: Any
) -> dict[str, Any]:
    return of_issued(
        {**INPUTS, **inputs},
        IssuedToken(TOKEN, expires_at),
        generation=3,
        previous=previous,
        adopted=adopted,
        workspace_claims={},
        observed={},
    )


def test_a_fingerprint_is_short_stable_and_not_the_token() -> None:
    assert fingerprint("abc") == "ba7816bf8f01"
    assert fingerprint(TOKEN) != fingerprint(TOKEN + "2")


def test_the_outputs_of_a_token_are_complete_and_repeat_the_inputs() -> None:
    assert outputs("the-one-before") == {
        **{name: INPUTS[name] for name in INPUTS if name != "__provider"},
        "token": TOKEN,
        "previous_token": "the-one-before",
        "workspace_claims": {},
        "unknown_newer_since": "",
        "issued_at": "2026-11-01T10:00:00Z",
        "expires_at": "2027-01-30T10:00:00Z",
        "rotate_after": "2026-12-01T10:00:00Z",
        "generation": 3,
        "fingerprint": fingerprint(TOKEN),
        "rotated_for": {"audit": "1"},
        "state": "overlap",
        "adopted": False,
        "schema_version": schema.TOKEN.version,
        "previous_expires_at": "",
        "observed": {},
    }


def test_the_next_rotation_follows_from_the_end_of_the_token_that_came() -> None:
    assert outputs(every="")["rotate_after"] == "2026-12-31T10:00:00Z"


def test_every_output_that_the_resource_declares_is_present() -> None:
    assert set(outputs()) == {*COMPARED, *COMPUTED, "rotate_when_changed", "schema_version"}


def test_an_unknown_end_is_an_empty_text_since_a_missing_output_previews_as_unknown() -> None:
    assert outputs(expires_at=None)["expires_at"] == ""


@pytest.mark.parametrize(
    ("previous", "adopted", "state"),
    [("", False, "accepted"), ("before", False, "overlap"), ("", True, "unknown"), ("before", True, "overlap")],
)
def test_a_new_token_counts_as_accepted_unless_another_may_still_be_in_use(
    previous: str, adopted: bool, state: str
) -> None:
    outs = outputs(previous, adopted=adopted)

    assert outs["state"] == state
    assert outs["adopted"] is adopted


def test_outputs_are_plain_json() -> None:
    outs = outputs("before")

    assert json.loads(json.dumps(outs)) == outs
    assert type(outs["state"]) is str


def test_the_trigger_is_remembered_as_it_was_at_the_rotation() -> None:
    trigger = {"audit": "1"}
    outs = outputs(rotate_when_changed=trigger)

    trigger["audit"] = "2"

    assert outs["rotated_for"] == {"audit": "1"}


def test_a_new_policy_moves_the_next_rotation_and_leaves_the_token_alone() -> None:
    olds = outputs("before")
    news = {**INPUTS, "every": "", "renew_before": "10d", "tenant_url": "https://api.example/v1alpha1/scimproxy?x"}

    outs = under(olds, news)

    changed = {
        "every": "",
        "renew_before": "10d",
        "tenant_url": news["tenant_url"],
        "rotate_after": "2027-01-20T10:00:00Z",
    }
    assert outs == {**olds, **changed}


def test_a_new_trigger_does_not_count_as_rotated() -> None:
    outs = under(outputs(), {**INPUTS, "rotate_when_changed": {"audit": "2"}})

    assert outs["rotate_when_changed"] == {"audit": "2"}
    assert outs["rotated_for"] == {"audit": "1"}


def test_neither_inputs_nor_old_outputs_are_changed() -> None:
    news = copy.deepcopy(INPUTS)
    olds = outputs()
    before = copy.deepcopy(olds)

    under(olds, news)["rotated_for"] = {}
    why_rotate(olds, news)
    outputs(**news)["rotated_for"]["x"] = "y"

    assert (news, olds) == (INPUTS, before)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({}, ""),
        ({"rotate_when_changed": {"audit": "2"}}, "trigger changed: audit"),
        ({"every": "1d"}, ""),
        ({"every": "1s"}, "due since 59 s: 1 s of 90 days"),
        ({"remove_current": True}, ""),
    ],
)
def test_a_rotation_is_due_by_the_new_inputs(
    monkeypatch: pytest.MonkeyPatch, change: dict[str, Any], reason: str
) -> None:
    olds = outputs()
    monkeypatch.setattr(token_properties, "now", lambda: datetime(2026, 11, 1, 10, 1, tzinfo=timezone.utc))

    assert why_rotate(olds, {**INPUTS, **change}) == reason


def test_what_was_laid_down_is_read_back() -> None:
    assert known(outputs("before")) == Known(
        state=State.OVERLAP,
        issued_at=NOW.replace(microsecond=0),
        expires_at=NOW.replace(microsecond=0) + 90 * DAY,
        rotate_after=NOW.replace(microsecond=0) + 30 * DAY,
        rotated_for={"audit": "1"},
    )


def test_an_unknown_end_stays_unknown() -> None:
    assert known({**outputs(), "expires_at": ""}).expires_at is None


@pytest.mark.parametrize(
    ("inputs", "read"),
    [
        ({"remove_current": True, "every": "", "renew_before": ""}, Policy(True, None, None)),
        ({"remove_current": False, "every": "60d", "renew_before": "12h"}, Policy(False, 60 * DAY, DAY / 2)),
    ],
)
def test_the_policy_is_read_from_the_inputs(inputs: dict[str, Any], read: Policy) -> None:
    assert policy(inputs) == read
