"""`./run bench rotation` with the real engine: counts are asserted, no times, which belong to the machine."""

import json
import os
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from bench.__main__ import main
from tests.full import only_in_full
from tests.launcher.clone import PROJECT, Clone, run

TEXTS = PROJECT / "launcher" / "help"
LONG_S = 300


@pytest.mark.engine
@only_in_full("takes a minute")
def test_with_overlap_no_push_fails_and_remove_current_has_a_window_that_the_next_cycle_heals(
    clone: Clone, tmp_path: Path
) -> None:
    cases = ("--only", "overlap cycle use 25", "--only", "remove-current cycle use 25")
    arguments = ("bench", "rotation", "--rotations", "2", *cases, "--svg", str(tmp_path / "drawn"), "--json")
    said = run(clone.command(*arguments), os.environ, LONG_S)
    assert said.code == 0, said.err
    overlap, window = json.loads(said.out)["cases"]
    assert (overlap["name"], overlap["failures"]) == ("overlap cycle use 25", 0)
    assert overlap["pushes_with_an_old_token"] > 0
    assert len(overlap["rotations"]) == 2
    assert window["failures"] > 0
    assert window["recovered"]
    assert all(one["healed_s"] > 0 for one in window["rotations"] if one["failures"])
    drawn = sorted(path.name for path in (tmp_path / "drawn").iterdir())
    assert drawn == ["overlap-cycle-use-25.svg", "remove-current-cycle-use-25.svg"]
    assert ET.parse(tmp_path / "drawn" / drawn[0]).getroot().tag.endswith("svg")  # noqa: S314 - it is our own text
    assert not (clone.state / "bench").exists()


def test_its_help_is_there(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rotation", "--help"]) == 0
    assert capsys.readouterr().out == (TEXTS / "bench-rotation.txt").read_text()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--rotations", "0"], "--rotations: '0' is not a number from 1 on"),
        (["--rotations", "many"], "--rotations: 'many' is not a number from 1 on"),
        (["--json", "--svg"], "--svg: expected one argument"),
        (["--pairs", "1"], "unrecognized arguments: --pairs 1"),
        (["--only", "overlap shifts"], "no case has all of these words"),
    ],
)
def test_what_cannot_be_asked_for_is_one_line_and_64(
    arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["rotation", *arguments]) == 64
    assert words in capsys.readouterr().err
