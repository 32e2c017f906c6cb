"""A program under the stopwatch: each line has its time, and a failure is the program's own words."""

import os
import sys
from pathlib import Path

import pytest

from bench.stopwatch import Timed, clocked
from launcher.errors import MissingError
from launcher.progress import Progress


def run(script: str, directory: Path) -> Timed:
    return clocked(
        [sys.executable, "-c", script],
        environment=os.environ,
        directory=directory,
        progress=Progress("test"),
        detail="",
    )


def test_lines_of_both_streams_come_with_the_time_at_which_they_were_printed(tmp_path: Path) -> None:
    pause = "import sys, time; print('one', flush=True); time.sleep(1); print('two', file=sys.stderr)"
    timed = run(pause, tmp_path)
    assert [line.text for line in timed.lines] == ["one\n", "two\n"]
    assert timed.lines[1].at - timed.lines[0].at >= 0.5
    assert timed.seconds >= timed.lines[1].at


def test_a_program_that_fails_is_quoted_with_its_first_error(tmp_path: Path) -> None:
    script = "print(' + stack creating (0s) error: no such group\\nerror: exit status 1'); raise SystemExit(1)"
    with pytest.raises(MissingError, match=r"of the benchmark failed: no such group$"):
        run(script, tmp_path)


def test_a_program_that_fails_without_an_error_is_quoted_with_its_last_line(tmp_path: Path) -> None:
    with pytest.raises(MissingError, match=r"failed: so it is$"):
        run("print('first\\nso it is\\n'); raise SystemExit(1)", tmp_path)
