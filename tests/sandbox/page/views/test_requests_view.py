"""Requests as they pass: what could be secret in a query never shows, and a failed push is a word."""

import pytest

from sandbox.page.views.requests import query, view
from tests.sandbox.page.views.readings import entry, reading


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("", ""),
        ("filter=userName+eq+%22a%22&excludedAttributes=members", 'filter=userName eq "a"&excludedAttributes=members'),
        ("remove-current=true", "remove-current=true"),
        ("client_secret=hunter2&access_token=abc", "client_secret=…&access_token=…"),
        ("code=4/P7q7W91", "code=…"),
    ],
)
def test_only_values_of_known_harmless_names_are_shown(sent: str, shown: str) -> None:
    assert query(sent) == shown


def test_a_long_query_is_cut() -> None:
    assert len(query(f"filter={'x' * 500}")) < 100


@pytest.mark.parametrize(
    ("method", "status", "shown", "outcome"),
    [
        ("GET", 200, "200", ""),
        ("GET", 401, "401", "failed push"),
        ("PATCH", 404, "404", "failed push"),
        ("GET", 404, "404", ""),
        ("DELETE", 404, "404", ""),
        ("POST", 0, "no answer", "failed push"),
    ],
)
def test_a_push_that_failed_is_reported_in_words_and_a_404_is_not_a_failure(
    method: str, status: int, shown: str, outcome: str
) -> None:
    push = entry(method=method, status=status)
    (row,) = view(reading(requests=[push]))
    assert (row.status, row.outcome, row.failed) == (shown, outcome, bool(outcome))
    assert push.failed == row.failed  # what the counter of failed pushes counts


@pytest.mark.parametrize(
    ("status", "outcome"), [(401, "refused"), (403, "refused"), (409, "conflict"), (503, "error"), (0, "")]
)
def test_a_refused_request_of_the_program_is_not_a_failed_push(status: int, outcome: str) -> None:
    (row,) = view(reading(requests=[entry(client="", status=status)]))
    assert (row.outcome, row.failed) == (outcome, False)


def test_the_engines_pushes_are_distinguished_from_the_programs_calls() -> None:
    rows = view(reading(requests=[entry(), entry(client="", token="", service="graph")]))
    assert [(row.who, row.token) for row in rows] == [("engine", "0" * 12), ("program", "")]


def test_ids_are_cut_to_their_first_digits_and_the_last_part_of_a_path_stands_apart() -> None:
    job = "scim.d86b408cf9ee5c5d9a65888f75d0b16e.32f92e08-4f62-447b-8bac-f260929ca21d"
    (row,) = view(reading(requests=[entry(path=f"/v1.0/synchronization/jobs/{job}/validateCredentials")]))
    assert (row.head, row.tail) == ("/v1.0/synchronization/jobs/scim.d86b408c….32f92e08…", "/validateCredentials")
    assert query("filter=id+eq+%2232f92e08-4f62-447b-8bac-f260929ca21d%22") == 'filter=id eq "32f92e08…"'
