"""Every argument of every command takes text of one line, and names itself if it gets anything else."""

from argparse import ArgumentParser

import pytest

from scimctl.cli import main
from scimctl.command import Command
from scimctl.every_command import ALL
from scimctl.parser import read


@pytest.mark.parametrize("command", ALL, ids=lambda command: command.name)
@pytest.mark.parametrize("value", ["", " ", "a\nb", "\x1b[2J", "a\x00", "x" * 5_000, "\udcff"])
def test_a_value_that_is_empty_or_no_line_of_text_is_named_with_its_argument(
    command: Command, value: str, capsys: pytest.CaptureFixture[str]
) -> None:
    taking = ArgumentParser()
    command.arguments(taking)
    options = [each for each in vars(taking)["_actions"] if each.nargs is None and each.option_strings]
    places = [each for each in vars(taking)["_actions"] if each.nargs is None and not each.option_strings]
    for action in [*options, *places]:
        before = ["word"] * places.index(action) if action in places else []
        arguments = [*command.name.split(), *before, *action.option_strings[-1:], value]
        assert main(arguments) == 2, arguments
        printed = capsys.readouterr().err
        assert printed.count("\n") == 1
        assert printed.startswith(f"scimctl: argument {'/'.join(action.option_strings) or action.metavar}: ")
        assert len(printed) < 600


@pytest.mark.parametrize("option", ["--prometheus", "--otlp"])
@pytest.mark.parametrize("end", ["\n", "\x1b", "/x" * 1_000])
def test_an_address_that_is_refused_is_not_shown_since_it_may_hold_a_password(
    option: str, end: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["status", option, f"https://ci:hunter2@push.example{end}"]) == 2
    printed = capsys.readouterr().err
    assert "it is longer than 1000 characters or has a control character" in printed
    assert "hunter2" not in printed


@pytest.mark.parametrize(
    "name", ["", "..", ".", "a b", "-a", "a/../b", "a//b", "a/b/c/d", "/etc", "a\nb", "x" * 101, "ü"]
)
@pytest.mark.parametrize("words", ["status --stack={}", "fleet run {} -- true", "fleet add {}"])
def test_what_can_be_no_name_of_a_stack_is_a_mistake(words: str, name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([each.format(name) for each in words.split()]) == 2
    assert capsys.readouterr().err.count("\n") == 1


@pytest.mark.parametrize("name", ["prod", "acme/greenlake-scim/prod", "a.b", "..a", "x" * 100])
def test_the_name_of_a_stack_may_follow_those_of_organization_and_project(name: str) -> None:
    assert read(["status", "--stack", name]).stack == name


def test_what_is_passed_on_to_another_command_may_be_empty() -> None:
    assert read(["notify", "--", "echo", "", "a\nb"]).run[-2:] == ["", "a\nb"]


def test_a_mistake_with_the_end_of_a_line_in_it_stays_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["stop", "a\nb", ""]) == 2
    assert capsys.readouterr().err == "scimctl: unrecognized arguments: 'a b' '': see `scimctl stop --help`\n"
