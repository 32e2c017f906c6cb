import copy
import json
from datetime import datetime, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pulumi.output import Unknown

from providers.entra.job.health import Observed
from providers.entra.job.job import read_job
from providers.entra.status_properties import COMPUTED, PLACE, differing, inputs_of, observed, seen_of, undeclared
from tests.providers.entra.jobs import job_body, quarantine

SECRET = "a-token-that-nobody-else-has-1"
CREDENTIALS = [
    {"key": "BaseAddress", "value": "https://api.example/v1alpha1/scimproxy"},
    {"key": "SecretToken", "value": SECRET},
    {"key": "SyncAll", "value": "false"},
]
INPUTS: dict[str, Any] = {
    "tenant_id": "t",
    "service_principal_id": "sp",
    "job_id": "job",
    "status": "on",
    "credentials": CREDENTIALS,
    "previous_token": "the-one-before",
    "adopted": False,
    "token_fingerprint": "abc",
    "token_issued_at": "2026-11-01T10:00:00Z",
    "mappings_fingerprint": "def",
    "principals": ["b", "a"],
    "application_on_destroy": "deleted",
    "__provider": "pickled",
}
UNKNOWN = Unknown()  # what the SDK puts where a value is not known yet


def laid_down(**change: Any) -> dict[str, Any]:
    return inputs_of({**INPUTS, **change})


def test_the_outputs_repeat_what_must_be_known_later_and_of_the_credentials_only_address_and_digest() -> None:
    outs = laid_down()

    digest = outs.pop("credentials_digest")
    assert outs == {
        "tenant_id": "t",
        "service_principal_id": "sp",
        "job_id": "job",
        "status": "on",
        "previous_token": "the-one-before",
        "adopted": False,
        "token_fingerprint": "abc",
        "token_issued_at": "2026-11-01T10:00:00Z",
        "mappings_fingerprint": "def",
        "principals": ["a", "b"],
        "application_on_destroy": "deleted",
        "base_address": "https://api.example/v1alpha1/scimproxy",
    }
    assert len(digest) == 12
    assert set(digest) <= set("0123456789abcdef")
    assert SECRET not in json.dumps(laid_down())


def test_an_address_that_is_not_among_the_credentials_is_empty() -> None:
    assert laid_down(credentials=CREDENTIALS[1:])["base_address"] == ""


def test_the_inputs_of_the_last_run_do_not_differ_from_themselves() -> None:
    assert differing(laid_down(), INPUTS) == []


@pytest.mark.parametrize(
    ("change", "names"),
    [
        ({"status": "off"}, ["status"]),
        ({"token_fingerprint": "xyz"}, ["token_fingerprint"]),
        ({"mappings_fingerprint": "xyz"}, ["mappings_fingerprint"]),
        ({"principals": ["a"]}, ["principals"]),
        ({"principals": ["a", "b", "c"]}, ["principals"]),
        ({"credentials": CREDENTIALS[:2]}, ["credentials"]),
        ({"credentials": [{**CREDENTIALS[0], "value": "https://other.example"}, *CREDENTIALS[1:]]}, ["credentials"]),
        ({"credentials": [CREDENTIALS[0], {"key": "SecretToken", "value": "x"}, CREDENTIALS[2]]}, ["credentials"]),
        ({"mappings_fingerprint": UNKNOWN}, ["mappings_fingerprint"]),
        ({"credentials": UNKNOWN}, ["credentials"]),
        ({"credentials": [CREDENTIALS[0], {"key": "SecretToken", "value": UNKNOWN}, CREDENTIALS[2]]}, ["credentials"]),
        ({"principals": UNKNOWN}, ["principals"]),
        ({"status": "off", "token_fingerprint": "x", "principals": []}, ["status", "token_fingerprint", "principals"]),
    ],
)
def test_an_input_that_differs_or_is_not_known_yet_is_named(change: dict[str, Any], names: list[str]) -> None:
    assert differing(laid_down(), {**INPUTS, **change}) == names


@pytest.mark.parametrize(
    ("before", "after"), [(["a", "b"], ["a", "b", UNKNOWN]), ([], UNKNOWN), ([], [UNKNOWN]), (["a"], ["a", UNKNOWN])]
)
def test_principals_of_which_one_is_not_known_yet_differ(before: list[str], after: object) -> None:
    assert differing(laid_down(principals=before), {**INPUTS, "principals": after}) == ["principals"]


def test_an_input_that_an_older_version_had_is_not_a_difference() -> None:
    assert differing({**laid_down(), "secret_id": "sp/secret"}, INPUTS) == []


@pytest.mark.parametrize(
    "change",
    [
        {"previous_token": ""},
        {"previous_token": UNKNOWN},
        {"token_issued_at": "2026-12-01T10:00:00Z"},
        {"principals": ["a", "b"]},
        {"__provider": "pickled otherwise"},
        {"credentials": [dict(reversed(one.items())) for one in CREDENTIALS]},
    ],
)
def test_what_changes_nothing_for_entra_is_not_a_difference(change: dict[str, Any]) -> None:
    assert differing(laid_down(), {**INPUTS, **change}) == []


@pytest.mark.parametrize("name", ["status", "token_fingerprint", "mappings_fingerprint"])
def test_outputs_that_lack_an_input_differ_from_it(name: str) -> None:
    olds = laid_down()
    del olds[name]

    assert differing(olds, INPUTS) == [name]


@given(st.permutations(["a", "b", "c", "d"]), st.permutations(["a", "b", "c", "d"]))
def test_the_order_of_the_principals_does_not_count(before: list[str], after: list[str]) -> None:
    assert differing(laid_down(principals=before), {**INPUTS, "principals": after}) == []


@given(st.lists(st.permutations(["key", "value"]), min_size=3, max_size=3))
def test_the_order_of_the_fields_of_a_credential_does_not_count(orders: list[list[str]]) -> None:
    credentials = [{name: one[name] for name in order} for order, one in zip(orders, CREDENTIALS, strict=True)]

    assert differing(laid_down(), {**INPUTS, "credentials": credentials}) == []


def test_neither_inputs_nor_old_outputs_are_changed() -> None:
    news = copy.deepcopy(INPUTS)
    olds = laid_down()

    inputs_of(news)["principals"].append("x")
    differing(olds, news)

    assert (news, olds) == (INPUTS, laid_down())


def test_of_a_job_its_state_and_what_ails_it_is_kept() -> None:
    assert seen_of(read_job(job_body())) == {
        "schedule_state": "Active",
        "status_code": "Active",
        "quarantine_reason": "",
    }
    assert seen_of(read_job(job_body("Paused", "Quarantine", quarantine=quarantine()))) == {
        "schedule_state": "Paused",
        "status_code": "Quarantine",
        "quarantine_reason": "CredentialValidationFailure",
    }


def observed_outputs(**change: Any) -> dict[str, Any]:
    seen = {
        **laid_down(),
        **seen_of(read_job(job_body())),
        "credentials_state": "accepted",
        "tested_fingerprint": "abc",
    }
    return {**seen, **change}


def test_health_is_judged_by_what_was_laid_down() -> None:
    assert observed(observed_outputs()) == Observed(
        schedule_state="Active",
        status_code="Active",
        quarantine_reason="",
        credentials="accepted",
        tested=True,
        token_issued_at=datetime(2026, 11, 1, 10, 0, tzinfo=timezone.utc),
    )


def test_only_the_present_token_counts_as_tested() -> None:
    assert observed(observed_outputs(tested_fingerprint="the one before")).tested is False


def test_a_token_without_a_moment_of_issue_is_of_unknown_age() -> None:
    assert observed(observed_outputs(token_issued_at="")).token_issued_at is None


def test_computed_and_repeated_outputs_have_different_names() -> None:
    repeated = set(laid_down()) - {"base_address", "credentials_digest", "principals"}

    assert set(COMPUTED) & repeated == set()
    assert set(PLACE) <= repeated


ASSIGNMENTS = [
    {"principalId": "g1", "principalType": "Group", "principalDisplayName": "Sales"},
    {"principalId": "u1", "principalType": "User", "principalDisplayName": "\u00c1gnes"},
    {"principalId": "g2", "principalType": "Group", "principalDisplayName": None},
    {"principalId": "x1"},
]


@pytest.mark.parametrize(
    ("declared", "named"),
    [
        ([], ["Group Sales", "Group g2", "User \u00c1gnes", "principal x1"]),
        (["g1", "x1"], ["Group g2", "User \u00c1gnes"]),
        (["g1", "u1", "g2", "x1", "gone"], []),
    ],
)
def test_assigned_principals_that_nobody_declared_are_named_in_order(declared: list[str], named: list[str]) -> None:
    assert undeclared(ASSIGNMENTS, declared) == named
