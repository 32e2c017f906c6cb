"""What is compared are medians; a limit that is just reached holds."""

from bench.limits import Result
from tests.bench.results import pairs, result


def broken(made: Result) -> list[str]:
    return [limit.name for limit in made.limits if not limit.holds]


def test_one_slow_run_among_many_breaks_nothing() -> None:
    assert broken(result(no_op=pairs([3.0, 60.0, 3.1], [2.0, 2.1, 2.2]), starts=(1.0, 1.1, 9.0))) == []


def test_a_no_op_may_take_twice_as_long_and_not_longer() -> None:
    assert broken(result(no_op=pairs([2.0], [1.0]))) == []
    assert broken(result(no_op=pairs([2.25], [1.0]))) == ["no-op, ours to empty"]


def test_a_no_op_may_take_a_second_and_a_half_more_and_not_longer() -> None:
    assert broken(result(no_op=pairs([5.5], [4.0]))) == []
    assert broken(result(no_op=pairs([5.75], [4.0]))) == ["no-op, ours above empty"]


def test_a_create_may_take_six_seconds_more_and_not_longer() -> None:
    assert broken(result(create=pairs([8.0], [2.0]))) == []
    assert broken(result(create=pairs([8.25], [2.0]))) == ["create, ours above empty"]


def test_the_real_plugin_waits_as_long_as_it_likes() -> None:
    assert broken(result(create=pairs([70.0], [2.0]), stand_in=False)) == []


def test_the_sandbox_may_take_two_seconds_to_start_and_not_longer() -> None:
    assert broken(result(starts=(2.0,))) == []
    assert broken(result(starts=(2.25,))) == ["start of the sandbox"]
