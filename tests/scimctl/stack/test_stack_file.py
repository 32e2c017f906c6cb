"""The stack file that adoption writes, and the one before it."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from providers.errors import ConfigurationError
from scimctl.stack.stack_file import StackFile
from stacks.config import PLACEHOLDER, TENANT_KEY

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


def write(file: StackFile, sections: dict[str, Any] = SECTIONS, application: str = "SSO") -> None:
    with file.proposed(sections, application) as proposed:
        file.replace_by(proposed)


def test_the_sections_are_replaced_and_all_else_is_kept(file: StackFile) -> None:
    write(file)
    assert yaml.safe_load(file.path.read_text()) == {
        "config": {
            "greenlake-scim:app": {"name": "Zoë's", "mode": "existing"},
            "greenlake-scim:protect": True,
            "aws:region": "eu-central-1",
        },
        "encryptionsalt": "v1:abc",
    }
    assert file.path.read_text().startswith("# yaml-language-server: $schema=schema.json\n")


def test_a_section_without_a_namespace_is_ours_too(file: StackFile) -> None:
    file.path.write_text('config:\n  protect: false\n  token: \'{"every": "30d"}\'\n  greenlake-scim:app:\n')
    assert file.declared() == {"protect": False, "token": {"every": "30d"}, "app": {}}
    write(file)
    assert set(yaml.safe_load(file.path.read_text())["config"]) == {"greenlake-scim:app", "greenlake-scim:protect"}


@pytest.mark.parametrize("name", ["12E4", "1e3", ".5e3", "0o17", "true", "null", "007", "a: b", "# c", "Zoë"])
def test_a_text_stays_a_text_for_every_reader_of_yaml(file: StackFile, name: str) -> None:
    write(file, {"access": {"groups": [name]}})
    assert yaml.safe_load(file.path.read_text())["config"]["greenlake-scim:access"] == {"groups": [name]}
    assert re.search(rf"""- (['"]){re.escape(name)}\1""", file.path.read_text())


def test_a_name_with_a_line_break_stays_a_comment(file: StackFile) -> None:
    write(file, application="one\nconfig: two")
    assert set(yaml.safe_load(file.path.read_text())) == {"config", "encryptionsalt"}


def test_until_it_is_put_in_place_a_proposal_leaves_nothing(file: StackFile) -> None:
    def stop() -> None:
        with file.proposed(SECTIONS, "SSO") as proposed:
            assert "existing" in proposed.read_text()
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        stop()
    assert file.path.read_text() == BEFORE
    assert [path.name for path in file.path.parent.iterdir()] == [file.path.name]


def test_the_file_from_before_comes_back_to_the_letter_also_after_two_adoptions(file: StackFile) -> None:
    write(file, {"adopted": {"job": "a"}})
    write(file, {"adopted": {"job": "b"}})
    file.put_back()
    assert file.path.read_text() == BEFORE
    assert not file.kept.exists()


def test_what_was_edited_after_an_adoption_is_left_beside(file: StackFile) -> None:
    write(file, {"adopted": {"job": "a"}})
    file.path.write_text(edited := file.path.read_text() + "# mine\n")
    file.put_back()
    assert file.let_go.read_text() == edited


def test_a_file_kept_by_an_earlier_adoption_that_is_over_is_not_put_back(file: StackFile) -> None:
    file.kept.write_text("config: {}\n")
    write(file, {"adopted": {"job": "a"}})
    file.put_back()
    assert file.path.read_text() == BEFORE


def test_a_file_that_was_not_there_is_gone_again(file: StackFile) -> None:
    file.path.unlink()
    write(file)
    file.put_back()
    assert not file.path.exists()


def test_without_an_adoption_there_is_nothing_to_undo(file: StackFile) -> None:
    with pytest.raises(ConfigurationError, match="there is no adoption to undo"):
        file.check_adopted()


def test_on_another_machine_the_adopted_file_stays_and_shows_where_the_one_before_is(file: StackFile) -> None:
    write(file, {"adopted": {"job": "a"}})
    file.kept.unlink()
    adopted = file.path.read_text()
    file.check_adopted()
    assert "take it from git" in file.put_back()
    assert file.path.read_text() == adopted


def test_only_the_sections_of_this_project_are_declared(file: StackFile) -> None:
    assert file.declared() == {"token": {"every": "30d"}}
    file.path.unlink()
    assert file.declared() == {}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (b"config: [\n", "no YAML, line 2"),
        (b"- a\n", "the file must be a map"),
        (b"config: x\n", "config must be a map"),
        (b"config: {1: 2}\n", "config must be a map"),
        (b"config: {token: x}\n", "token must be a map"),
        (b"config: {token: {secure: x}}\n", "token: holds an encrypted value"),
        (b"config: {access: {groups: [{secure: x}]}}\n", "access: holds an encrypted value"),
        (b"config: {token: {rotateWhenChanged: {a: {secure: x}}}}\n", "token: holds an encrypted value"),
        (b"\xff\n", "is not UTF-8"),
    ],
)
def test_a_file_that_cannot_be_read_is_one_line_that_shows_where(file: StackFile, text: bytes, said: str) -> None:
    file.path.write_bytes(text)
    with pytest.raises(ConfigurationError, match=said) as refused:
        file.declared()
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    ("written", "tenant"),
    [("", ""), (f"  {TENANT_KEY}: {PLACEHOLDER}\n", ""), (f"  {TENANT_KEY}: AAAA1111\n", "aaaa1111")],
)
def test_the_tenant_of_the_file_counts_unless_it_is_the_placeholder(file: StackFile, written: str, tenant: str) -> None:
    file.path.write_text(f"config:\n{written}  greenlake-scim:token:\n    every: 30d\n")
    assert file.tenant_id() == tenant
    write(file, {TENANT_KEY: "bbbb2222", **SECTIONS})
    assert yaml.safe_load(file.path.read_text())["config"] == {
        TENANT_KEY: "bbbb2222",
        "greenlake-scim:app": SECTIONS["app"],
        "greenlake-scim:protect": True,
    }
