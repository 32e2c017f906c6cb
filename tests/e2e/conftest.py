"""A fresh workspace for a test, or a deployed one."""

import itertools
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.scene import Scene
from tests.e2e.workspace import Workspace, configuration
from tests.sandbox.driver import Sandbox, World

_numbers = itertools.count(1)

_BY_HAND = {"cycle_interval_s": 3600}  # a cycle when a job is started, and when the test asks for it
Make = Callable[..., Workspace]


@pytest.fixture(scope="module")
def make(sandbox: Sandbox, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Make]:
    """Make a workspace with its own world; keyword arguments replace sections of its configuration.

    The worlds go with the module.
    """
    worlds: list[World] = []

    def made(stack: str = "test", settings: dict[str, Any] | None = None, **changes: Any) -> Workspace:
        number = next(_numbers)
        world = sandbox.make_world(f"e{number}", {**_BY_HAND, **(settings or {})})
        worlds.append(world)
        root: Path = tmp_path_factory.mktemp(f"workspace{number}")
        return Workspace.make(root, stack, world, configuration(world, **changes))

    yield made
    for world in worlds:
        sandbox.control("DELETE", f"/worlds/{world.name}")


@pytest.fixture(scope="module")
def up(shared_scene: Scene) -> Workspace:
    """One workspace that is up, with everybody provisioned; a test that breaks something repairs it."""
    shared_scene.restore({})
    return shared_scene.workspace


@pytest.fixture
def deployed(own_scene: Scene) -> Workspace:
    """A workspace that is up, with everybody provisioned, for one test to do with as it likes."""
    own_scene.restore({})
    return own_scene.workspace
