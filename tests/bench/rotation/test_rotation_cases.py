"""Which cases there are, and what a case promises."""

import pytest

from bench.rotation.cases import Case, chosen, every


def test_the_matrix_has_both_modes_under_every_behaviour() -> None:
    matrix = [case for case in every(20) if case.kind in ("overlap", "remove-current")]
    assert len({case.words for case in matrix}) == 2 * 2 * 2
    assert {case.rotations for case in matrix} == {20}


def test_a_lost_answer_is_tried_in_all_six_ways_of_treating_an_old_and_an_unused_token() -> None:
    lost = chosen(every(20), ["lost-answer"])
    assert len({(case.ends, case.second) for case in lost}) == 6
    assert {case.reads for case in lost} == {"cycle", "request"}


def test_every_case_rotates_at_least_once() -> None:
    assert min(case.rotations for case in every(1)) == 1


def test_cases_are_chosen_by_whole_words_of_their_names() -> None:
    assert [case.name for case in chosen(every(1), ["overlap", "cycle", "use"])] == ["overlap cycle use"]
    assert chosen(every(1), ["over"]) == []


@pytest.mark.parametrize(
    ("kind", "second", "promised"),
    [
        ("overlap", "shifts", True),
        ("long-cycles", "replaces", True),
        ("lost-answer", "adds", True),
        ("lost-answer", "shifts", False),
        ("remove-current", "replaces", False),
    ],
)
def test_no_push_may_fail_unless_the_token_in_use_is_ended(kind: str, second: str, promised: bool) -> None:
    assert Case(kind, "cycle", "use", second, 1).promises_no_failure is promised


def test_pushes_come_a_little_faster_than_asked_for_and_in_long_cycles_slower() -> None:
    assert {case.kind: case.settings["requests_per_s"] for case in every(1)} == {
        "overlap": 32,
        "remove-current": 32,
        "lost-answer": 32,
        "long-cycles": 5,
    }
