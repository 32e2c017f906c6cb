"""The tour's commands, walked in order from a fresh clone with an empty home; on ports of its own."""

import json
from collections.abc import Generator
from pathlib import Path

import pytest

from tests.console import Shown, commands, typed
from tests.launcher.clone import PROJECT, Clone
from tests.launcher.conftest import ANY_PORTS

pytestmark = pytest.mark.engine

TOUR = list(commands((PROJECT / "docs" / "tour.md").read_text()))
SHIPPED = "https://127.0.0.1:8444"  # in the stack file and in the tour


@pytest.fixture
def clone(tmp_path: Path) -> Generator[Clone]:
    made = Clone.make(tmp_path / "greenlake-scim")
    assert made.run("sandbox", "start", *ANY_PORTS).code == 0
    yield made
    made.run("sandbox", "stop")


def _moved(clone: Clone, text: str) -> str:
    greenlake: str = json.loads((clone.state / "sandbox.json").read_text())["greenlake"]
    return text.replace(SHIPPED, greenlake)


def test_every_command_of_the_tour_works_and_prints_what_is_shown(clone: Clone, tmp_path: Path) -> None:
    file = clone.root / "stacks" / "Pulumi.sandbox.yaml"
    file.write_text(_moved(clone, file.read_text()))
    home = tmp_path / "home"
    home.mkdir()
    for shown in [Shown(_moved(clone, each.command), each.lines) for each in TOUR]:
        done = typed(shown.command, clone.root, home)
        assert done.returncode == 0, f"{shown.command}\n{done.stdout}"
        assert shown.missing(done.stdout) == [], f"{shown.command}\n{done.stdout}"
    assert [path for path in home.rglob("*") if path.is_file()] == []
