"""Requests as they pass: what could be secret in a query never shows, and a failure is a word."""

import pytest

from sandbox.page.views.requests import query, view
from tests.sandbox.page.readings import entry, reading


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
    ("status", "shown", "outcome"), [(200, "200", ""), (401, "401", "failed"), (0, "no answer", "failed")]
)
def test_a_failure_is_told_in_words(status: int, shown: str, outcome: str) -> None:
    (row,) = view(reading(requests=[entry(status=status)]))
    assert (row.status, row.outcome) == (shown, outcome)


def test_the_engines_pushes_are_told_from_the_programs_calls() -> None:
    rows = view(reading(requests=[entry(), entry(client="", token="", service="graph")]))
    assert [(row.who, row.token) for row in rows] == [("engine", "0" * 12), ("program", "")]
