import time

import pytest

from providers.http.deadline import ATTEMPT_SECONDS, CALL_SECONDS, ORPHAN_SECONDS, VERB_SECONDS, Deadline

soon = 1.0  # a test must not be held up longer than this between two readings of the clock


def test_a_verb_has_its_whole_time_when_it_begins() -> None:
    assert Deadline().remaining() == pytest.approx(VERB_SECONDS, abs=soon)


def test_what_remains_gets_less_and_never_less_than_nothing() -> None:
    assert Deadline(time.monotonic() + 30).remaining() == pytest.approx(30, abs=soon)
    assert Deadline(time.monotonic() - 30).remaining() == 0.0


def test_a_part_ends_with_the_whole_or_earlier() -> None:
    whole = Deadline(time.monotonic() + 30)

    assert whole.within(60) == whole
    assert whole.within(10).remaining() == pytest.approx(10, abs=soon)


def test_an_attempt_fits_a_call_and_a_call_fits_a_verb() -> None:
    assert 0 < ATTEMPT_SECONDS < CALL_SECONDS < VERB_SECONDS


def test_an_orphan_is_gone_when_its_verb_and_a_last_attempt_are_over_and_that_is_under_two_minutes() -> None:
    assert VERB_SECONDS + ATTEMPT_SECONDS <= ORPHAN_SECONDS < 120
