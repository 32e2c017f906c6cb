"""`./run bench rotation` with the real engine: counts are asserted, no times, which belong to the machine."""

import os

import pytest

from bench.__main__ import main
from tests.full import only_in_full
from tests.launcher.clone import PROJECT, Clone, run

TEXTS = PROJECT / "launcher" / "help"
LONG_S = 300


@pytest.mark.engine
@only_in_full("takes a minute")
def test_with_overlap_no_push_fails_and_remove_current_has_a_window_that_the_next_cycle_heals(
    clone: Clone,
) -> None:
    cases = ("--only", "overlap cycle use", "--only", "remove-current cycle use")
    said = run(clone.command("bench", "rotation", "--rotations", "1", *cases), os.environ, LONG_S)
    assert said.code == 0, said.err
    rows = [line.split() for line in said.out.splitlines() if line.startswith(("overlap", "remove-current"))]
    overlap, removed, hit = rows
    assert (overlap[5], overlap[-2]) == ("0", "0/1")  # failures, and rotations that were left to Entra
    assert int(overlap[-1].replace(",", "")) > 0  # pushes with an old token
    assert int(removed[5]) > 0
    healed, of = hit[-1].split("/")
    assert healed == of
    assert "BROKEN" not in said.out
    assert not (clone.state / "bench").exists()


def test_its_help_is_there(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rotation", "--help"]) == 0
    assert capsys.readouterr().out == (TEXTS / "bench-rotation.txt").read_text()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--rotations", "0"], "--rotations: '0' is not a number from 1 on"),
        (["--rotations", "many"], "--rotations: 'many' is not a number from 1 on"),
        (["--only"], "--only: expected one argument"),
        (["--pairs", "1"], "unrecognized arguments: --pairs 1"),
        (["--json"], "unrecognized arguments: --json"),
        (["--only", "overlap shifts"], "no case has all of these words"),
    ],
)
def test_what_cannot_be_asked_for_is_one_line_and_64(
    arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["rotation", *arguments]) == 64
    assert words in capsys.readouterr().err
