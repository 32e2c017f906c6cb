"""The engine asks for a difference in several phases of a run; a person reads of it once."""

import pytest

from providers.output import BY_RUN
from providers.run_log import fault, heard, note, repair, warn


def test_a_line_is_printed_once_in_a_run_with_the_detail_that_came_first(capsys: pytest.CaptureFixture[str]) -> None:
    fault("the credentials are refused", " (401)")
    fault("the credentials are refused")
    fault("provisioning is stopped")
    repair("the token is rotated")
    repair("the token is rotated")

    printed = capsys.readouterr().err
    assert printed.count("the credentials are refused") == printed.count("the credentials are refused (401)") == 1
    assert printed.count("provisioning is stopped") == printed.count("the token is rotated") == 1


def test_the_next_run_prints_it_again(capsys: pytest.CaptureFixture[str]) -> None:
    fault("provisioning is stopped")
    assert "provisioning is stopped" in capsys.readouterr().err


def test_commands_are_named_as_they_work_under_run(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(BY_RUN, "true")
    note("`scimctl test` asks again")
    warn("run `pulumi up`")
    assert "`./run scimctl test` asks again" in capsys.readouterr().err


def test_who_listens_hears_every_line_and_the_engine_none(capsys: pytest.CaptureFixture[str]) -> None:
    fault("the credentials are refused")
    with heard() as lines:
        fault("the credentials are refused", " (401)")
        repair("they are saved again")
        note("nobody else is assigned")
    warn("the job is gone")
    assert lines == ["the credentials are refused (401)", "they are saved again", "nobody else is assigned"]
    printed = capsys.readouterr().err
    assert printed.count("the credentials are refused") == 1
    assert "nobody else" not in printed
    assert "the job is gone" in printed
