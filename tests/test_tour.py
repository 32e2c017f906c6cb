"""The tour's commands, walked in order from a fresh clone with an empty home; on ports of its own."""

from collections.abc import Generator
from pathlib import Path

import pytest

from tests.console import commands, typed
from tests.launcher.clone import PROJECT, Clone
from tests.launcher.conftest import ANY_PORTS

pytestmark = pytest.mark.engine

TOUR = list(commands((PROJECT / "docs" / "tour.md").read_text()))


@pytest.fixture
def clone(tmp_path: Path) -> Generator[Clone]:
    made = Clone.make(tmp_path / "greenlake-scim", whole=True)
    assert made.run("sandbox", "start", *ANY_PORTS).code == 0
    yield made
    made.run("sandbox", "stop")


def test_every_command_of_the_tour_works_and_prints_what_is_shown(clone: Clone, tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    for shown in TOUR:
        done = typed(shown.command, clone.root, home)
        assert done.returncode == 0, f"{shown.command}\n{done.stdout}"
        assert shown.missing(done.stdout) == [], f"{shown.command}\n{done.stdout}"
    assert [path for path in home.rglob("*") if path.is_file()] == []
