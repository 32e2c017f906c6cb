"""The help texts are documentation: a change to one shows in review, beside the change that made it."""

from pathlib import Path

import pytest

from scimctl.cli import parser
from scimctl.commands import ALL

TEXTS = Path(__file__).parent / "help"


def shown(*arguments: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> str:
    monkeypatch.setenv("COLUMNS", "120")
    with pytest.raises(SystemExit) as ended:
        parser().parse_args([*arguments, "--help"])
    assert ended.value.code == 0
    return capsys.readouterr().out


@pytest.mark.parametrize(
    "name", ["", *dict.fromkeys(each.name.split()[0] for each in ALL), *(each.name for each in ALL)]
)
def test_a_help_text_is_the_recorded_one(
    name: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    text = shown(*name.split(), monkeypatch=monkeypatch, capsys=capsys)

    assert text == (TEXTS / f"{name.replace(' ', '-') or 'scimctl'}.txt").read_text()


def test_no_line_of_help_is_wider_than_a_terminal_of_120() -> None:
    assert max(len(line) for path in TEXTS.iterdir() for line in path.read_text().splitlines()) <= 120
