"""Watching shows block after block, outlives a look that fails, and ends when somebody interrupts it."""

from collections.abc import Iterator

import pytest

from providers.errors import ProvisioningError, StoppedError
from scimctl.terminal import watch
from scimctl.terminal.report import Report
from scimctl.terminal.watch import looks, print_blocks, redraw


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    def at_once(_seconds: float) -> None: ...

    monkeypatch.setattr(watch.time, "sleep", at_once)


def finding(*found: str | Exception) -> Iterator[Report | ProvisioningError]:
    """Look and find one thing after another; an error is raised by the look."""
    each: Iterator[str | Exception] = iter(found)

    def look() -> Report:
        seen = next(each)
        if isinstance(seen, Exception):
            raise seen
        return Report([seen], {"seen": seen})

    return looks(look, 1, [None] * (len(found) - 1))


def test_a_block_a_turn_is_printed_with_the_time_above_it(capsys: pytest.CaptureFixture[str]) -> None:
    print_blocks(finding("one", StoppedError("away"), "two"), as_json=False)

    shown = capsys.readouterr()
    lines = shown.out.splitlines()
    assert (lines[1], lines[2], lines[4]) == ("one", "", "two")
    assert lines[0].endswith("Z")
    assert "scimctl: could not look, trying again: away" in shown.err


def test_json_is_one_object_a_turn(capsys: pytest.CaptureFixture[str]) -> None:
    print_blocks(finding("one", "two"), as_json=True)

    assert capsys.readouterr().out == '{\n  "seen": "one"\n}\n{\n  "seen": "two"\n}\n'


def test_a_screen_is_redrawn_and_the_last_one_stays(capsys: pytest.CaptureFixture[str]) -> None:
    redraw(finding("one", StoppedError("away")), 7)

    assert "could not look, trying again: away" in capsys.readouterr().out
    redraw(finding("one", StoppedError("away"), "two"), 7)
    shown = capsys.readouterr().out
    assert "every 7 s, Ctrl-C ends" in shown
    assert shown.rstrip().endswith("two")


def test_a_first_look_that_fails_ends_it() -> None:
    with pytest.raises(StoppedError):
        next(finding(StoppedError("away")))
