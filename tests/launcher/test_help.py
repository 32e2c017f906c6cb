"""What is typed wrong is one line with what was meant, and help is there wherever it is asked for."""

import re

import pytest

from launcher import commands, errors
from launcher.__main__ import main
from launcher.paths import PROJECT

TEXTS = PROJECT / "launcher" / "help"


def test_the_overview_lists_every_command_and_every_exit_code() -> None:
    listed, _, codes = (TEXTS / "run.txt").read_text().partition("exit codes:")
    assert re.findall(r"^  (\w+)  ", listed, re.MULTILINE) == [each.name for each in commands.ALL]
    every = {error.exit_code for error in errors.LauncherError.__subclasses__()}
    assert {int(code) for code in re.findall(r"^  (\d+) ", codes, re.MULTILINE)} - {0, 1, 130} == every
    assert len(every) == len(errors.LauncherError.__subclasses__())


@pytest.mark.parametrize("command", commands.ALL, ids=lambda command: command.name)
def test_help_begins_with_the_usage_of_the_command(
    command: commands.Command, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([command.name, "--help"]) == 0
    printed = capsys.readouterr().out
    assert f"./run {command.name}" in printed.splitlines()[0]
    assert printed == (TEXTS / f"{command.name}.txt").read_text()


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        ([], "run"),
        (["help"], "run"),
        (["sandbox"], "sandbox"),
        (["sandbox", "break", "--help"], "sandbox"),
        (["sandbox", "start", "-h"], "sandbox"),
        (["up", "--refresh", "--help"], "up"),
        (["down", "-h"], "down"),
        (["recover", "now", "--help"], "recover"),
    ],
)
def test_help_is_printed_wherever_it_is_asked_for(
    arguments: list[str], text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 0
    assert capsys.readouterr().out == (TEXTS / f"{text}.txt").read_text()


def test_no_line_of_help_is_wider_than_a_terminal_of_120() -> None:
    assert max(len(line) for path in TEXTS.iterdir() for line in path.read_text().splitlines()) <= 120


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["upp"], "no command 'upp': did you mean `up`?"),
        (["sanbox", "start"], "no command 'sanbox': did you mean `sandbox`?"),
        ([""], "no command '': one of up, down, "),
        (["sandbox", "strat"], "no sandbox command 'strat': did you mean `start`?"),
        (["sandbox", "halt"], "no sandbox command 'halt': one of start, stop, "),
        (["env", "x"], "env: unrecognized arguments: x: see `./run env --help`"),
        (["recover", "--force"], "recover: unrecognized arguments: --force: see `./run recover --help`"),
        (["sandbox", "start", "--port", "1"], "unrecognized arguments: --port 1"),
        (["sandbox", "start", "--entra-port"], "--entra-port: expected one argument"),
        (["sandbox", "start", "--entra-port", "65536"], "--entra-port: '65536' is not a port"),
        (["sandbox", "start", "--entra-port", "\u00b2"], "--entra-port: '\u00b2' is not a port"),
        (["sandbox", "start", "--entra-port", "http"], "--entra-port: 'http' is not a port"),
        (["sandbox", "stop", "now"], "unrecognized arguments: now"),
        (["sandbox", "reset", "--all"], "unrecognized arguments: --all"),
        (["sandbox", "status", "--yaml"], "unrecognized arguments: --yaml"),
        (["sandbox", "break", "pause", "it"], "unrecognized arguments: it"),
        (["sandbox", "break", "--all"], "unrecognized arguments: --all"),
    ],
)
def test_a_mistake_is_one_line_and_64(arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments) == 64
    printed = capsys.readouterr()
    assert printed.out == ""
    assert words in printed.err
    assert printed.err.count("\n") == 1
