"""A command that changes something prints what it will do, and goes on after yes alone."""

import io
from argparse import ArgumentParser, Namespace

import pytest

from providers.errors import ConfigurationError, StoppedError
from scimctl.terminal.consent import add_consent, agree, dry_run


class Terminal(io.StringIO):
    """Standard input that somebody types on."""

    def isatty(self) -> bool:
        return True


def asked(answer: str | None, monkeypatch: pytest.MonkeyPatch, *options: str) -> None:
    parser = ArgumentParser()
    add_consent(parser)
    monkeypatch.setattr("sys.stdin", io.StringIO() if answer is None else Terminal(answer))
    agree(parser.parse_args(options), ["stop it"], "Stop?")


def test_yes_goes_on_after_what_will_happen_was_shown(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    asked("yes\n", monkeypatch)

    printed = capsys.readouterr()
    assert (printed.out, printed.err.splitlines()) == ("", ["will: stop it", "Stop? Type yes to go on:"])


@pytest.mark.parametrize("answer", ["", "\n", "no\n", "y\n", "YES!\n"])
def test_anything_else_changes_nothing(answer: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(StoppedError, match="nothing was changed"):
        asked(answer, monkeypatch)


def test_if_nobody_can_answer_the_line_shows_what_to_add(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(ConfigurationError, match="standard input is not a terminal, so nobody can answer: add --yes"):
        asked(None, monkeypatch)
    assert capsys.readouterr().err == ""


def test_with_yes_nothing_is_asked(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    asked(None, monkeypatch, "--yes")

    assert capsys.readouterr().err == ""


def test_a_dry_run_shows_what_would_be_done() -> None:
    report = dry_run(["stop it"])

    assert list(report.lines) == ["would: stop it", "dry run: nothing was changed"]
    assert (report.data, report.code) == ({"dryRun": True, "would": ["stop it"]}, 0)


def test_yes_and_dry_run_exclude_each_other() -> None:
    parser = ArgumentParser()
    add_consent(parser)
    with pytest.raises(SystemExit):
        parser.parse_args(["--yes", "--dry-run"])
    assert parser.parse_args([]) == Namespace(yes=False, dry_run=False)
