"""A new stack is two entries; all that stood in the files before stays as it was, letter by letter."""

from argparse import Namespace
from pathlib import Path

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from providers.errors import ConfigurationError
from scimctl.commands.fleet.add import with_entry, work
from scimctl.fleet.fleet_file import STACK, fleet_of

TENANT = "11111111-1111-4111-8111-111111111111"
FLEET = """\
# who signs in where
stacks:
    contoso: {ring: canary}   # first
    fabrikam:
        environment:
            HPEGL_USER_ID: a1b2
# end
"""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "stacks").mkdir()
    (tmp_path / "Pulumi.yaml").write_text("name: greenlake-scim\nruntime: python\n")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def add(name: str, *, tenant: str | None = TENANT, group: str = "Admins", ring: str | None = None) -> None:
    work(Namespace(name=name, tenant=tenant, group=[group], ring=ring))


def test_the_entry_comes_behind_the_last_stack_and_nothing_else_changes() -> None:
    found = with_entry(FLEET, "acme", "rest")
    assert found.replace("    acme: {ring: rest}\n", "") == FLEET
    assert list(yaml.safe_load(found)["stacks"]) == ["contoso", "fabrikam", "acme"]


@pytest.mark.parametrize("text", ["stacks:\n  a: {}", "stacks:\n  a:\n", "stacks:\n  a:", ""])
def test_it_is_added_whatever_the_file_ends_with(text: str) -> None:
    assert "acme" in yaml.safe_load(with_entry(text, "acme", None))["stacks"]


def test_the_line_ends_of_windows_stay_and_the_new_line_has_them_too(project: Path) -> None:
    (project / "fleet.yaml").write_bytes(FLEET.replace("\n", "\r\n").encode())
    (project / "stacks/Pulumi.contoso.yaml").touch()
    add("acme", ring="rest")
    assert (project / "fleet.yaml").read_bytes().count(b"\r\n") == FLEET.count("\n") + 1
    assert b"    acme: {ring: rest}\r\n" in (project / "fleet.yaml").read_bytes()


@pytest.mark.parametrize(
    ("text", "why"),
    [(FLEET, "has a stack contoso already"), ("stacks: {a: {}}", "write the entry by hand"), ("stacks: {", "no YAML")],
)
def test_what_cannot_be_edited_is_refused(text: str, why: str) -> None:
    with pytest.raises(ConfigurationError, match=why):
        with_entry(text, "contoso", None)


def test_both_files_are_written_for_a_first_stack(project: Path) -> None:
    add("contoso", ring="canary")
    assert yaml.safe_load((project / "fleet.yaml").read_text()) == {"stacks": {"contoso": {"ring": "canary"}}}
    assert yaml.safe_load((project / "stacks" / "Pulumi.contoso.yaml").read_text())["config"] == {
        "azuread:tenantId": TENANT,
        "greenlake-scim:token": {"every": "60d"},
        "greenlake-scim:access": {"groups": ["Admins"]},
    }


def test_what_pulumi_yaml_sets_for_all_stacks_is_not_repeated(project: Path) -> None:
    shared = "config:\n  greenlake-scim:token: {value: {every: 30d}}\n"
    (project / "Pulumi.yaml").write_text((project / "Pulumi.yaml").read_text() + shared)
    add("contoso")
    assert "token" not in (project / "stacks" / "Pulumi.contoso.yaml").read_text()


def test_a_stack_file_that_is_there_stays_as_it_is(project: Path) -> None:
    file = project / "stacks" / "Pulumi.contoso.yaml"
    file.write_text("# by hand\n")
    add("contoso")
    assert file.read_text() == "# by hand\n"
    assert "contoso" in (project / "fleet.yaml").read_text()


@pytest.mark.parametrize(
    ("tenant", "why"), [(None, "is missing: add --tenant ID"), ("contoso", "is not the id of a tenant")]
)
def test_nothing_is_written_if_the_stack_file_would_be_wrong(project: Path, tenant: str | None, why: str) -> None:
    with pytest.raises(ConfigurationError, match=why):
        add("contoso", tenant=tenant)
    assert not (project / "fleet.yaml").exists()
    assert not list((project / "stacks").iterdir())


def test_a_second_stack_of_a_name_that_is_not_valid_writes_nothing(project: Path) -> None:
    with pytest.raises(ConfigurationError, match="is not a name of a stack"):
        add("../x")
    assert not (project / "fleet.yaml").exists()


@given(st.from_regex(STACK, fullmatch=True))
@example("on")
@example("123")
@example("0x1f")
@example("1e3")
@example("null")
@example("2026-11-30")
@example("1.5")
@example("2026-13-45")
def test_every_name_of_a_stack_is_read_back_as_it_was_given(name: str) -> None:
    for before in ("", "stacks:\n  a1:\n"):
        fleet = fleet_of(yaml.safe_load(with_entry(before, name, "canary")))
        assert fleet.named(name).ring == "canary"


@pytest.mark.parametrize(
    "content", [b"stacks:\n  a\xe4: {}\n", b"\xff\xfe", b"stacks:\n  1: {}\n", b"stacks: &s {a: *s}\n"]
)
def test_a_file_that_cannot_be_read_as_a_fleet_is_one_line_and_stays(content: bytes, project: Path) -> None:
    (project / "fleet.yaml").write_bytes(content)
    with pytest.raises(ConfigurationError, match=r"^fleet\.yaml"):
        add("contoso")
    assert (project / "fleet.yaml").read_bytes() == content
    assert not list((project / "stacks").iterdir())


def test_a_ring_that_the_file_does_not_have_writes_nothing(project: Path) -> None:
    with pytest.raises(ConfigurationError, match="is not one of the rings canary, rest"):
        add("contoso", ring="early")
    assert not (project / "fleet.yaml").exists()
