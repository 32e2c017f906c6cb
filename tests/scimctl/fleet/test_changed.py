"""A change concerns the stacks whose files it touches, and all of them if it touches the program."""

from pathlib import Path

import pytest
import yaml

from providers.errors import ConfigurationError
from scimctl.fleet.changed import changed_since, concerned, fleet_as_of
from scimctl.fleet.fleet_file import fleet_of
from tests.launcher.clone import PROJECT

NOW = "stacks: {a: {ring: canary}, b: {}, c: {}}"


def names(*paths: str, before: str = NOW) -> str:
    return "".join(sorted(concerned(paths, fleet_of(yaml.safe_load(NOW)), fleet_as_of(before))))


@pytest.mark.parametrize(
    ("paths", "stacks"),
    [
        (["stacks/Pulumi.b.yaml"], "b"),
        (["stacks/Pulumi.b.yaml", "stacks/Pulumi.c.yaml", "README.md"], "bc"),
        (["stacks/Pulumi.gone.yaml"], ""),
        (["deploy/kubernetes/stack.yaml", "docs/fleet.md", "tests/test_x.py", ".github/workflows/test.yml"], ""),
        (["Pulumi.yaml"], "abc"),
        (["providers/errors.py"], "abc"),
        (["requirements.txt", "stacks/Pulumi.b.yaml"], "abc"),
        (["__main__.py"], "abc"),
        ([], ""),
    ],
)
def test_paths_name_the_stacks(paths: list[str], stacks: str) -> None:
    assert names(*paths) == stacks


def test_git_takes_no_option_from_a_revision(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(PROJECT)
    with pytest.raises(ConfigurationError, match="git does not know what has changed"):
        changed_since(f"--output={tmp_path}/written", fleet_of(yaml.safe_load(NOW)))
    assert not list(tmp_path.iterdir())


def test_a_change_of_the_fleets_file_concerns_the_stacks_whose_entries_differ() -> None:
    assert names("fleet.yaml", before="stacks: {a: {}, b: {}, c: {}}") == "a"
    assert names("fleet.yaml", before="stacks: {a: {ring: canary}, b: {}}") == "c"
    assert names("fleet.yaml", before="defaults: {environment: {A: b}}\n" + NOW) == "abc"


@pytest.mark.parametrize("before", ["", "stacks: {", "stacks: {a: {rings: b}}"])
def test_without_a_readable_file_of_before_every_entry_differs(before: str) -> None:
    assert names("fleet.yaml", before=before) == "abc"
