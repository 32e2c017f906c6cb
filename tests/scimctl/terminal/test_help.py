"""The help texts are documentation: a change to one shows in review, beside the change that made it."""

from pathlib import Path

import pytest

from providers.output import BY_RUN
from scimctl.every_command import ALL
from scimctl.parser import read
from scimctl.terminal.help import filled

TEXTS = Path(__file__).parent / "help"
NAMES = ["", *dict.fromkeys(each.name.split()[0] for each in ALL), *(each.name for each in ALL if " " in each.name)]


def shown(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    with pytest.raises(SystemExit) as ended:
        read(arguments)
    assert ended.value.code == 0
    return capsys.readouterr().out


def with_usage_on_one_line(text: str) -> str:
    """Return a help text without the line breaks of its usage, which Python 3.14 sets in other places."""
    usage, gap, rest = text.partition("\n\n")
    return " ".join(usage.split()) + gap + rest


@pytest.mark.parametrize("name", NAMES)
def test_a_help_text_is_the_recorded_one(
    name: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", "200")

    text = shown(capsys, *name.split(), "--help")

    recorded = (TEXTS / f"{name.replace(' ', '-') or 'scimctl'}.txt").read_text()
    assert with_usage_on_one_line(text) == with_usage_on_one_line(recorded)


@pytest.mark.parametrize("by_run", ["", "true"])
@pytest.mark.parametrize("columns", [60, 80, 200])
@pytest.mark.parametrize("name", NAMES)
def test_help_fits_the_terminal_and_80_columns(
    name: str, columns: int, by_run: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    monkeypatch.setenv(BY_RUN, by_run)

    lines = shown(capsys, *name.split(), "--help").splitlines()

    assert [line for line in lines if len(line) > min(columns, 80)] == []


def test_every_command_has_one_line_in_the_list(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    listed = shown(capsys).partition("commands:\n")[2].partition("\n\n")[0].splitlines()

    assert [line[2:18].rstrip() for line in listed] == [command.name for command in ALL]
    assert all(line.endswith(command.summary) for line, command in zip(listed, ALL, strict=True))


@pytest.mark.parametrize("command", ["status", "token rotate", "token"])
def test_help_is_given_before_and_after_a_command(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert shown(capsys, "help", *command.split()) == shown(capsys, *command.split(), "--help")


def test_under_run_help_names_commands_as_run_has_them(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(BY_RUN, "true")

    text = shown(capsys, "logs", "--help")

    assert text.startswith("usage: ./run scimctl logs ")
    assert text.count("scimctl") == text.count("./run scimctl")


def test_a_table_keeps_its_last_column_and_a_paragraph_is_filled() -> None:
    text = "one two\nthree\n\n  label  words that are too many for the width\n  short  fits"

    assert filled(text, 34) == (
        "one two three\n\n  label  words that are too many\n         for the width\n  short  fits"
    )


def test_if_no_room_is_left_for_a_last_column_it_begins_on_its_own_line() -> None:
    assert filled("  a long label of a row  what it is about", 40) == "  a long label of a row\n      what it is about"
