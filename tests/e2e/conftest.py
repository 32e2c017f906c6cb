"""A fresh workspace for a test, or one that is up already and shared by the tests of a module."""

import itertools
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.workspace import Workspace
from tests.sandbox.driver import Sandbox, World

_numbers = itertools.count(1)

Make = Callable[..., Workspace]


def configuration(world: World, **changes: Any) -> dict[str, Any]:
    """Return the configuration that most tests start from, with some sections replaced."""
    return {
        "greenlake": {"apiUrl": world.about["greenlake"]},
        "token": {"every": "60d"},
        "access": {"groups": ["GreenLake Administrators"]},
        **changes,
    }


@pytest.fixture(scope="module")
def make(sandbox: Sandbox, tmp_path_factory: pytest.TempPathFactory) -> Make:
    """Make a workspace with a world of its own; keyword arguments replace sections of its configuration."""

    def made(stack: str = "test", settings: dict[str, Any] | None = None, **changes: Any) -> Workspace:
        number = next(_numbers)
        world = sandbox.make_world(f"e{number}", settings)
        root: Path = tmp_path_factory.mktemp(f"workspace{number}")
        return Workspace.make(root, stack, world, configuration(world, **changes))

    return made


@pytest.fixture(scope="module")
def up(make: Make) -> Workspace:
    """One workspace that is up; whoever breaks something puts it right again."""
    workspace = make()
    done = workspace.up()
    assert done.code == 0, done.text
    return workspace
