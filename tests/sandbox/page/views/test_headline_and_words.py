"""The status line changes only when there is something to report; times and spans read as a person writes them."""

from datetime import timedelta

import pytest

from sandbox.page.views import job as job_view
from sandbox.page.views import tokens
from sandbox.page.views.headline import headline
from sandbox.page.words import clock, counted, span
from tests.sandbox.page.views.readings import NOW, ago, job, reading, token


def _said(*problems: str, turnover: int = 0, **changes: object) -> tuple[str, str]:
    now = reading(**changes)
    line = headline(job_view.view(now), tokens.view(now), problems, turnover=turnover)
    return line.state, line.broken


def test_it_shows_the_same_while_a_cycle_runs_and_between_cycles() -> None:
    assert _said(job=job(), busy=True) == _said(job=job()) == ("Provisioning is on", "")


def test_it_names_live_tokens_by_their_fingerprints() -> None:
    old, new = token(1, issued=99, used=98), token(2, issued=9)
    assert _said(job=job(), tokens=(old,))[0] == f"Provisioning is on; token {old.sha256[:12]} is live"
    assert f"2 tokens are live, {new.sha256[:12]} is the newest" in _said(job=job(), tokens=(old, new))[0]


def test_it_reports_problems_and_people_who_come_and_go() -> None:
    assert _said("GreenLake is slow", "no token is live", turnover=5, job=job()) == (
        "Provisioning is on; people come and go",
        "GreenLake is slow; no token is live",
    )


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0.04, "0 s"), (1.5, "1.5 s"), (12, "12 s"), (300, "5 min"), (7200, "2 h"), (7776000, "90 d")],
)
def test_a_span_is_reported_by_its_largest_unit(seconds: float, words: str) -> None:
    assert span(seconds) == words


def test_a_time_is_shown_by_its_difference_from_now() -> None:
    assert clock(ago(60), NOW) == "11:59:00"
    assert clock(NOW - timedelta(days=2), NOW) == "Nov 22, 12:00"
    assert clock(NOW + timedelta(days=90), NOW) == "2027-02-22"


def test_one_of_a_thing_is_not_a_plural() -> None:
    assert [counted(number, "place") for number in (0, 1, 2000)] == ["0 places", "1 place", "2,000 places"]
