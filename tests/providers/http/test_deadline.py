from types import SimpleNamespace

import pytest

from providers.http.deadline import ATTEMPT_SECONDS, CALL_SECONDS, ORPHAN_SECONDS, VERB_SECONDS, Deadline

NOW = 1000.0


@pytest.fixture(autouse=True)
def now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("providers.http.deadline.time", SimpleNamespace(monotonic=lambda: NOW))


def test_a_verb_has_its_whole_time_when_it_begins() -> None:
    assert Deadline().remaining() == VERB_SECONDS


def test_what_remains_gets_less_and_never_less_than_nothing() -> None:
    assert Deadline(NOW + 30).remaining() == 30
    assert Deadline(NOW - 30).remaining() == 0


def test_a_part_ends_with_the_whole_or_earlier() -> None:
    whole = Deadline(NOW + 30)

    assert whole.within(60) == whole
    assert whole.within(10).remaining() == 10


def test_an_attempt_fits_a_call_and_a_call_fits_a_verb() -> None:
    assert 0 < ATTEMPT_SECONDS < CALL_SECONDS < VERB_SECONDS


def test_an_orphan_is_gone_when_its_verb_and_a_last_attempt_are_over_and_that_is_under_two_minutes() -> None:
    assert VERB_SECONDS + ATTEMPT_SECONDS <= ORPHAN_SECONDS < 120
