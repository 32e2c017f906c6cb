"""New entries of the logs are printed once, also those that Graph shows late."""

from collections.abc import Sequence
from datetime import datetime, timedelta, timezone

import pytest
from rich.text import Text

from providers.errors import UnreachableError
from scimctl.commands.logs.following import followed
from scimctl.commands.logs.log_entries import LogEntry, read_entry

BEGAN = datetime(2026, 11, 1, 10, tzinfo=timezone.utc)
STOPPED = Text("provisioning is stopped")


def entry(minute: int, who: str) -> LogEntry:
    at = f"2026-11-01T10:{minute:02}:00Z"
    return read_entry({"activityDateTime": at, "sourceIdentity": {"displayName": who, "identityType": "User"}})


def told(*looks: tuple[Sequence[LogEntry], Sequence[Text]] | Exception) -> tuple[list[list[str]], list[datetime]]:
    """Return what was printed each time, and since when each look was."""
    coming = iter(looks)
    said: list[list[str]] = []
    asked: list[datetime] = []

    def look(since: datetime) -> tuple[Sequence[LogEntry], Sequence[Text]]:
        asked.append(since)
        found = next(coming)
        if isinstance(found, Exception):
            raise found
        return found

    def tell(found: Sequence[LogEntry], notes: Sequence[Text]) -> None:
        said.append([each.who for each in found] + [str(note) for note in notes])

    followed(look, BEGAN, tell, turns=[None] * (len(looks) - 1), seconds=0)
    return said, asked


def test_every_entry_is_reported_once_also_an_entry_shown_late_and_older_than_others() -> None:
    ann, bo, cy = entry(30, "Ann"), entry(20, "Bo"), entry(31, "Cy")
    said, asked = told(([ann], []), ([ann], []), ([bo, ann], []), ([bo, ann, cy], []))

    assert said == [["Ann"], [], ["Bo"], ["Cy"]]
    assert asked[0] == BEGAN
    assert asked[1] == BEGAN + timedelta(minutes=15)
    assert asked == sorted(asked)


def test_why_the_logs_are_silent_is_reported_when_it_begins_and_when_it_is_another() -> None:
    assert told(([], []), ([], [STOPPED]), ([], [STOPPED]), ([], []), ([], [STOPPED]))[0] == [
        [],
        [str(STOPPED)],
        [],
        [],
        [str(STOPPED)],
    ]


def test_a_look_that_fails_ends_nothing_and_loses_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    ann, bo = entry(30, "Ann"), entry(31, "Bo")
    said, _ = told(([ann], []), UnreachableError("no answer: try again", sent=True), ([ann, bo], []))

    assert said == [["Ann"], ["Bo"]]
    assert "could not look, trying again: no answer" in capsys.readouterr().err


def test_the_first_look_that_fails_is_the_end() -> None:
    with pytest.raises(UnreachableError):
        told(UnreachableError("no answer", sent=True))
