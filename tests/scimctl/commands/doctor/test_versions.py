"""Versions are judged against what the program needs and the project pins."""

from pathlib import Path

import pytest

from scimctl.commands.doctor import machine
from scimctl.commands.doctor.check import Verdict
from tests.e2e.workspace import PROJECT

PINS = "# ours\npulumi==3.259.0   # the engine's\nhttpx==0.28.1\n\nnot-pinned>=1\n"


@pytest.mark.parametrize(
    ("said", "sdk", "verdict"),
    [
        ("v3.259.0", "3.259.0", Verdict.OK),
        ("v3.300.1", "3.259.0", Verdict.OK),
        ("v3.259.0-dev.0", "3.259.0", Verdict.OK),
        ("v3.240.0", "3.259.0", Verdict.WARNING),
        ("v3.230.9", "3.259.0", Verdict.PROBLEM),
        ("v3.231.0", "", Verdict.OK),
        ("a fork", "3.259.0", Verdict.UNKNOWN),
    ],
)
def test_the_engine_knows_our_hooks_and_is_not_older_than_the_sdk(said: str, sdk: str, verdict: Verdict) -> None:
    assert machine.of_engine(said, sdk).verdict is verdict


def test_packages_at_their_pins_are_one_line() -> None:
    (found,) = machine.of_requirements(PINS, {"pulumi": "3.259.0", "httpx": "0.28.1"})

    assert (found.verdict, found.says) == (Verdict.OK, "all 2 packages are installed at their pins")


def test_each_package_that_is_missing_or_another_version_is_a_line() -> None:
    missing, other = machine.of_requirements(PINS, {"httpx": "0.27.0"})

    assert (missing.verdict, missing.says) == (Verdict.PROBLEM, "pulumi is not installed")
    assert (other.verdict, other.says) == (Verdict.WARNING, "httpx is 0.27.0, pinned 0.28.1")


def test_without_the_pins_nothing_is_known_of_the_packages() -> None:
    (found,) = machine.of_requirements("", {"pulumi": "3.259.0"})

    assert (found.verdict, found.todo) == (Verdict.UNKNOWN, "run this in the folder of the project")


def test_the_projects_own_pins_are_all_read() -> None:
    text = (PROJECT / "requirements.txt").read_text()

    assert len(machine.of_requirements(text, {})) == len([line for line in text.splitlines() if "==" in line])


@pytest.mark.parametrize(
    ("plugins", "on_path", "acquires", "verdict"),
    [
        ([{"name": "azuread", "version": "6.11.1"}], "", False, Verdict.OK),
        ([{"name": "azuread", "version": "6.0.0"}], "", False, Verdict.PROBLEM),
        ([], "", True, Verdict.OK),
        ([], "/somewhere/pulumi-resource-azuread", False, Verdict.OK),
    ],
)
def test_the_plugin_is_there_or_can_be_downloaded(
    plugins: list[dict[str, str]], on_path: str, acquires: bool, verdict: Verdict
) -> None:
    assert machine.of_plugin("6.11.1", plugins, on_path, acquires=acquires).verdict is verdict


@pytest.mark.parametrize("plugins", [[], [{"name": "azuread", "version": "6.11.1"}]])
@pytest.mark.parametrize("on_path", ["", "/somewhere/pulumi-resource-azuread"])
def test_the_stand_in_is_never_reported_as_the_plugin(plugins: list[dict[str, str]], on_path: str) -> None:
    check = machine.of_plugin("6.11.1", plugins, on_path, acquires=True, stand_in=True)

    assert check.verdict is Verdict.WARNING
    assert "works with the sandbox only" in check.says


@pytest.mark.parametrize("link", [True, False])
def test_the_stand_in_is_known_wherever_the_engine_finds_it(tmp_path: Path, link: bool) -> None:
    script = PROJECT / "azuread_stand_in" / "bin" / "pulumi-resource-azuread"
    plugin = tmp_path / script.name
    plugin.symlink_to(script) if link else plugin.write_bytes(b"\x7fELF" + script.read_bytes())

    assert machine.is_stand_in(plugin) is link
    assert not machine.is_stand_in(tmp_path / "nothing")
