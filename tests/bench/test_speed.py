"""What is compared are medians; a limit that is just reached holds."""

import pytest

from bench.programs import first_error
from bench.speed import judged


@pytest.mark.parametrize(
    ("ours", "empty", "broken"),
    [
        ([3.0, 60.0, 3.1], [2.0, 2.1, 2.2], ""),  # one slow run among many
        ([1.9], [1.0], ""),
        ([2.0], [1.0], "ours to empty"),
        ([5.5], [4.0], ""),
        ([5.75], [4.0], "ours above empty"),
    ],
)
def test_a_no_op_may_take_1_9_times_as_long_and_a_second_and_a_half_more_and_not_longer(
    ours: list[float], empty: list[float], broken: str
) -> None:
    holds, text = judged(ours, empty)
    assert [line.split("  ")[1] for line in text.splitlines() if line.startswith("BROKEN")] == [broken][: not holds]
    assert holds is not bool(broken)


def test_the_medians_are_shown_with_a_line_for_each_limit() -> None:
    lines = judged([4.5, 4.0], [2.0, 2.0])[1].splitlines()
    assert lines[0].split() == ["no-op,", "median", "of", "2", "ours", "empty", "more", "times"]
    assert lines[1].split() == ["4.25", "s", "2.00", "s", "2.25", "s", "2.12"]
    assert lines[3:] == [
        "BROKEN  ours to empty     2.12 times, at most 1.9",
        "BROKEN  ours above empty  2.25 s, at most 1.5",
    ]


def test_a_program_that_fails_is_quoted_with_its_first_error_else_with_its_last_line() -> None:
    assert first_error(" + stack creating (0s) error: no such group\nerror: exit status 1\n") == "no such group"
    assert first_error("first\nso it is\n\n") == "so it is"
