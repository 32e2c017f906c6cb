"""Lines follow the width of the terminal and lose nothing; a pipe gets them whole."""

import os
import pty
import re
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.text import Text

from providers.output import BY_RUN
from scimctl.terminal.console import aligned, as_read, bad, fitted
from tests.test_scimctl_entry import PROJECT

WORDS = st.lists(st.text(st.characters(categories=["Ll", "Lo", "Nd", "Pd"]), min_size=1, max_size=30), min_size=1)
GAPS = st.sampled_from([" ", "  ", "     "])


@given(WORDS, GAPS, st.integers(0, 8), st.integers(10, 130))
def test_no_line_is_wider_than_the_terminal_unless_one_word_is_and_no_word_is_lost(
    words: list[str], gap: str, indent: int, width: int
) -> None:
    line = Text(" " * indent + gap.join(words))
    parts = [part.plain for part in fitted(line, width)]

    assert " ".join(parts).split() == words
    for part in parts:
        assert cell_len(part) <= width or len(part.split()) == 1
        assert part == part.rstrip()


@pytest.mark.parametrize(
    ("line", "parts"),
    [
        (
            "2026-11-01T10:00:00Z  failure  create  user  Ann (ann@fails.example)  EntryConflict",
            [
                "2026-11-01T10:00:00Z  failure  create  user  Ann",
                "                      (ann@fails.example)  EntryConflict",
            ],
        ),
        (
            "    why    StatusCode: 409. This operation was retried 0 times. It is tried again",
            ["    why    StatusCode: 409. This operation was retried 0", "           times. It is tried again"],
        ),
        (
            "provisioning is stopped since yesterday: `scimctl start --stack production` starts it",
            ["provisioning is stopped since yesterday:", "`scimctl start --stack production` starts it"],
        ),
        ("it fits as it is", ["it fits as it is"]),
    ],
)
def test_later_parts_stand_below_the_last_column_of_the_left_half(line: str, parts: list[str]) -> None:
    assert [part.plain for part in fitted(Text(line), 60)] == parts


def test_colours_are_kept_in_every_part() -> None:
    assert {str(span.style) for part in fitted(bad("word " * 30), 40) for span in part.spans} | {
        str(part.style) for part in fitted(bad("word " * 30), 40)
    } == {"bold red", ""}


_PRINT = [sys.executable, "-m", "tests.scimctl.terminal.printed"]


@pytest.mark.parametrize("columns", [60, 80, 132])
def test_a_terminal_is_as_wide_as_it_is_for_results_and_for_errors(columns: int) -> None:
    ours, theirs = pty.openpty()
    env = {**os.environ, "COLUMNS": str(columns), "TERM": "xterm", "NO_COLOR": "1"}
    with subprocess.Popen(_PRINT, cwd=PROJECT, env=env, stdout=theirs, stderr=theirs) as shown:
        shown.wait(60)
    os.close(theirs)
    text = re.sub(r"\x1b\[\d*m", "", os.read(ours, 100_000).decode())
    os.close(ours)

    assert max(map(len, text.split("\r\n"))) <= columns
    assert " ".join(text.split()).endswith("what went wrong")


def test_in_a_pipe_a_line_is_one_line() -> None:
    env = {**os.environ, "COLUMNS": "60"}
    done = subprocess.run(_PRINT, cwd=PROJECT, env=env, capture_output=True, check=True)

    assert (len(done.stdout.splitlines()), len(done.stderr.splitlines())) == (4, 1)


def test_commands_are_spelled_for_run_and_keep_their_colour(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(BY_RUN, "true")
    (row,) = aligned([("found", bad("run `scimctl start` now"))])

    seen = as_read(row)

    assert str(seen) == "found  run `./run scimctl start` now"
    assert [(span.start, span.end, str(span.style)) for span in getattr(seen, "spans", [])] == [(7, 36, "bold red")]
