"""The stack file that adoption writes, and the one before it."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from providers.errors import ConfigurationError
from scimctl.adoption.stack_file import StackFile

BEFORE = """\
# mine
config:
  aws:region: eu-central-1
  greenlake-scim:token:
    every: 30d
encryptionsalt: v1:abc
"""
SECTIONS: dict[str, Any] = {"app": {"name": "Zoë's", "mode": "existing"}, "protect": True}


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> StackFile:
    (tmp_path / "stacks").mkdir()
    monkeypatch.chdir(tmp_path)
    found = StackFile("org/project/prod")
    found.path.write_text(BEFORE)
    return found


def test_the_sections_are_replaced_and_all_else_is_kept(file: StackFile) -> None:
    file.write(SECTIONS, "SSO")
    assert yaml.safe_load(file.path.read_text()) == {
        "config": {
            "greenlake-scim:app": {"name": "Zoë's", "mode": "existing"},
            "greenlake-scim:protect": True,
            "aws:region": "eu-central-1",
        },
        "encryptionsalt": "v1:abc",
    }
    assert file.path.read_text().startswith("# yaml-language-server: $schema=schema.json\n")


def test_a_name_with_a_line_break_stays_a_comment(file: StackFile) -> None:
    file.write(SECTIONS, "one\nconfig: two")
    assert set(yaml.safe_load(file.path.read_text())) == {"config", "encryptionsalt"}


def test_the_file_from_before_comes_back_to_the_letter_also_after_two_adoptions(file: StackFile) -> None:
    file.write(SECTIONS, "SSO")
    file.write({"protect": True}, "SSO")
    file.put_back()
    assert file.path.read_text() == BEFORE
    assert not file.kept.exists()


def test_a_file_that_was_not_there_is_gone_again(file: StackFile) -> None:
    file.path.unlink()
    file.write(SECTIONS, "SSO")
    file.put_back()
    assert not file.path.exists()


def test_without_an_adoption_there_is_nothing_to_put_back(file: StackFile) -> None:
    with pytest.raises(ConfigurationError, match="nothing was adopted here"):
        file.put_back()
    assert file.path.read_text() == BEFORE


def test_only_the_sections_of_this_project_are_declared(file: StackFile) -> None:
    assert file.declared() == {"token": {"every": "30d"}}
    file.path.unlink()
    assert file.declared() == {}


@pytest.mark.parametrize(("text", "said"), [("config: [", "no YAML, line 2"), ("- a", "holds no map")])
def test_a_file_that_cannot_be_read_is_named_with_its_line(file: StackFile, text: str, said: str) -> None:
    file.path.write_text(f"{text}\n")
    with pytest.raises(ConfigurationError, match=said):
        file.declared()
