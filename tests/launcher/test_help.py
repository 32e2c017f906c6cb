"""The help texts are documentation: a change to one shows in review, beside the change that made it."""

from pathlib import Path

import pytest

from launcher import commands, errors
from launcher.__main__ import main, overview

TEXTS = Path(__file__).parent / "help"


def test_the_overview_is_the_recorded_one() -> None:
    assert overview() + "\n" == (TEXTS / "run.txt").read_text()


@pytest.mark.parametrize("command", commands.ALL, ids=lambda command: command.name)
def test_the_help_of_a_command_is_the_recorded_one(
    command: commands.Command, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([command.name, "--help"]) == 0
    assert capsys.readouterr().out == (TEXTS / f"{command.name}.txt").read_text()


@pytest.mark.parametrize(("arguments", "text"), [([], "run"), (["help"], "run"), (["sandbox"], "sandbox")])
def test_without_a_command_the_help_is_printed(
    arguments: list[str], text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 0
    assert capsys.readouterr().out == (TEXTS / f"{text}.txt").read_text()


def test_no_line_of_help_is_wider_than_a_terminal_of_120() -> None:
    assert max(len(line) for path in TEXTS.iterdir() for line in path.read_text().splitlines()) <= 120


def test_every_error_has_an_exit_code_of_its_own() -> None:
    codes = [error.exit_code for error in errors.LauncherError.__subclasses__()]
    assert sorted(codes) == sorted({error.exit_code for error in errors.ALL})


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["upp"], "no command 'upp'"),
        (["env", "x"], "env takes no arguments"),
        ([""], "no command ''"),
        (["sandbox", "halt"], "sandbox has no command 'halt'"),
        (["sandbox", "start", "--port", "1"], "does not take --port 1"),
        (["sandbox", "start", "--entra-port"], "does not take --entra-port"),
        (["sandbox", "start", "--entra-port", "65536"], "does not take --entra-port 65536"),
        (["sandbox", "start", "--entra-port", "\u00b2"], "does not take --entra-port"),
        (["sandbox", "start", "--entra-port", "http"], "does not take --entra-port http"),
        (["sandbox", "stop", "now"], "now is not known here"),
        (["sandbox", "reset", "--all"], "--all is not known here"),
        (["sandbox", "status", "--yaml"], "only --json is known here"),
        (["sandbox", "log", "-n"], "only --follow is known here"),
        (["sandbox", "break", "pause", "it"], "sandbox break takes one name"),
        (["sandbox", "break", "--all"], "sandbox break takes one name"),
    ],
)
def test_a_command_that_does_not_exist_is_one_line_and_64(
    arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 64
    printed = capsys.readouterr()
    assert printed.out == ""
    assert words in printed.err
    assert printed.err.count("\n") == 1
