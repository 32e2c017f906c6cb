"""What is compared are medians; a limit that is just reached holds."""

from bench.limits import Pairs, Result
from bench.programs import first_error

QUICK = Pairs([3.0], [2.0])


def result(
    *, no_op: Pairs = QUICK, create: Pairs = QUICK, starts: tuple[float, ...] = (1.0,), stand_in: bool = True
) -> Result:
    return Result(stand_in, starts, no_op, create)


def broken(made: Result) -> list[str]:
    return [limit.name for limit in made.limits if not limit.holds]


def test_one_slow_run_among_many_breaks_nothing() -> None:
    assert broken(result(no_op=Pairs([3.0, 60.0, 3.1], [2.0, 2.1, 2.2]), starts=(1.0, 1.1, 9.0))) == []


def test_a_no_op_may_take_twice_as_long_and_not_longer() -> None:
    assert broken(result(no_op=Pairs([2.0], [1.0]))) == []
    assert broken(result(no_op=Pairs([2.25], [1.0]))) == ["no-op, ours to empty"]


def test_a_no_op_may_take_a_second_and_a_half_more_and_not_longer() -> None:
    assert broken(result(no_op=Pairs([5.5], [4.0]))) == []
    assert broken(result(no_op=Pairs([5.75], [4.0]))) == ["no-op, ours above empty"]


def test_a_create_may_take_six_seconds_more_and_not_longer() -> None:
    assert broken(result(create=Pairs([8.0], [2.0]))) == []
    assert broken(result(create=Pairs([8.25], [2.0]))) == ["create, ours above empty"]


def test_the_real_plugin_waits_as_long_as_it_likes() -> None:
    assert broken(result(create=Pairs([70.0], [2.0]), stand_in=False)) == []


def test_the_sandbox_may_take_two_seconds_to_start_and_not_longer() -> None:
    assert broken(result(starts=(2.0,))) == []
    assert broken(result(starts=(2.25,))) == ["start of the sandbox"]


def test_the_medians_are_shown_with_a_line_for_each_limit_and_the_waits_of_the_real_plugin() -> None:
    found = result(no_op=Pairs([4.5, 4.0], [2.0, 2.0]), create=Pairs([6.0, 7.0], [2.0, 2.0]), starts=(0.5, 1.0))
    lines = found.text.splitlines()
    assert "no-op                        4.25 s   2.00 s   2.25 s     2.12" in lines
    assert "create                       6.50 s   2.00 s   4.50 s     3.25" in lines
    assert "BROKEN  no-op, ours above empty    2.25 s, at most 1.5" in lines
    assert "holds   create, ours above empty   4.50 s, at most 6" in lines
    assert "its own waits" not in found.text
    assert "its own waits" in result(stand_in=False).text


def test_a_program_that_fails_is_quoted_with_its_first_error_else_with_its_last_line() -> None:
    assert first_error(" + stack creating (0s) error: no such group\nerror: exit status 1\n") == "no such group"
    assert first_error("first\nso it is\n\n") == "so it is"
