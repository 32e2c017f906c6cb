"""What is counted of a story."""

import pytest

from tests.bench.rotation.stories import (
    LATER,
    NEW,
    OLD,
    cut_off,
    overlapping,
    proven,
    push,
    rotate,
    save,
    story,
    token,
)


def test_with_overlap_nothing_fails_and_pushes_go_on_with_the_old_token_until_the_new_one_is_used() -> None:
    found = overlapping()
    assert (len(found.pushes), found.failures, found.with_an_old_token) == (4, 0, 2)
    assert found.seconds_until("tested") == [pytest.approx(1.11)]
    assert found.left_to_entra == 0


def test_a_window_is_from_the_rotation_until_the_first_push_that_succeeds_after_the_last_that_failed_has_ended() -> (
    None
):
    found = cut_off()
    assert (found.failures, found.with_an_old_token) == (1, 0)
    (rotation,) = found.rotations
    assert (rotation.saved, rotation.healed) == (pytest.approx(0.21), pytest.approx(0.51))
    assert (rotation.failures, found.unhealed) == (1, 0)


@pytest.mark.parametrize("status", [401, 403, 0])
def test_a_push_fails_where_it_is_refused_or_not_answered_at_all(status: int) -> None:
    assert story(push(-0.1), rotate(0), push(1, status=status), push(2)).failures == 1


@pytest.mark.parametrize("status", [404, 409, 500])
def test_an_answer_about_anything_but_the_credentials_is_not_a_lost_push(status: int) -> None:
    assert story(rotate(0), push(1, status=status)).failures == 0


def test_pushes_before_the_first_rotation_do_not_count() -> None:
    assert len(story(push(-3), push(-1), rotate(0), push(0.5), push(1)).pushes) == 2


def test_the_rate_is_of_the_time_from_the_first_rotation_to_the_last_push() -> None:
    assert story(rotate(0), *(push(number / 10) for number in range(1, 11))).rate == pytest.approx(9.9, 0.01)


def test_a_rotation_whose_run_ends_untested_is_left_to_entra_although_a_later_run_tests_it() -> None:
    found = story(
        rotate(0),
        save(1),
        push(2),
        rotate(10),
        proven(12),
        push(13),
        tokens=[token(OLD, -1), token(NEW, 0), token(LATER, 10)],
        runs=2,
    )
    assert [one.tested for one in found.rotations] == [None, pytest.approx(2.01)]
    assert found.left_to_entra == 1


def test_a_refused_test_does_not_count() -> None:
    found = story(rotate(0), push(0.1), proven(1, status=400), proven(2), push(3))
    assert found.seconds_until("tested") == [pytest.approx(2.01)]


def test_a_rotation_whose_answer_was_lost_counts_with_the_one_that_repeated_it() -> None:
    found = story(rotate(0, status=0), push(0.5), rotate(1), push(1.5))
    assert len(found.rotations) == 1
    assert len(found.pushes) == 1


def test_failures_that_last_until_the_next_rotation_are_not_healed() -> None:
    found = story(rotate(0), push(1, status=401), rotate(5), push(6), runs=2)
    assert found.unhealed == 1
