"""The workspace of a test's own world, and its SCIM service."""

from collections.abc import Iterator

import httpx
import pytest

from tests.sandbox.driver import World
from tests.sandbox.greenlake.workspace import Workspace


@pytest.fixture
def workspace(world: World) -> Workspace:
    return Workspace(world)


@pytest.fixture
def scim(workspace: Workspace) -> Iterator[httpx.Client]:
    """The SCIM service with a proxy token."""
    with workspace.scim(workspace.create()) as client:
        yield client
