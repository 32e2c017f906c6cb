"""An application that is looked at over real HTTP."""

from collections.abc import Iterator

import pytest

from tests.sandbox.driver import World
from tests.sandbox.provisioning.application import Application, connected


@pytest.fixture
def application(world: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[Application]:
    """An application of a world that the environment names."""
    for name, value in world.environ().items():
        monkeypatch.setenv(name, value)
    with connected(world) as ready:
        yield ready
