"""Lines follow the width of the terminal and lose nothing; a pipe gets them whole."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.text import Text

from scimctl.terminal import bad, fitted

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
