"""The engine asks for a difference in several phases of a run; a person reads of it once."""

import pytest

from providers.run_log import fault, repair


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
