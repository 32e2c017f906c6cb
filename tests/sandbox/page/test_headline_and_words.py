"""The status line changes only when there is something to tell; times and spans read as a person writes them."""

from datetime import timedelta

import pytest

from sandbox.page.views import job as job_view
from sandbox.page.views import mappings, tokens
from sandbox.page.views.headline import headline
from sandbox.page.views.words import clock, span
from tests.sandbox.page.readings import NOW, ago, job, reading, token


def _said(slow: bool = False, **changes: object) -> str:
    now = reading(**changes)
    return headline(job_view.view(now), tokens.view(now), mappings.view(now), slow=slow)


def test_it_says_the_same_while_a_cycle_runs_and_between_cycles() -> None:
    assert _said(job=job(), busy=True) == _said(job=job()) == "Provisioning is on."


def test_it_tells_of_tokens_drift_and_slowness() -> None:
    assert _said(job=job(), tokens=(token(1, issued=9),)) == "Provisioning is on; token generation 1 is live."
    both = (token(1, issued=99, used=98), token(2, issued=9))
    assert "two tokens overlap, generation 2 is the newest" in _said(job=job(), tokens=both)
    assert "no token is live" in _said(job=job(), tokens=(token(1, issued=99, end=9),))
    assert _said(slow=True).endswith("GreenLake is slow.")


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0.04, "0 s"), (1.5, "1.5 s"), (12, "12 s"), (300, "5 min"), (7200, "2 h"), (7776000, "90 d")],
)
def test_a_span_is_told_by_its_largest_unit(seconds: float, words: str) -> None:
    assert span(seconds) == words


def test_a_moment_is_told_by_what_tells_it_from_now() -> None:
    assert clock(ago(60), NOW) == "11:59:00"
    assert clock(NOW - timedelta(days=2), NOW) == "Nov 22, 12:00"
    assert clock(NOW + timedelta(days=90), NOW) == "2027-02-22"
