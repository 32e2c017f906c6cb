"""An application that is ready to provision."""

from collections.abc import Iterator

import pytest

from tests.sandbox.driver import World
from tests.sandbox.provisioning.application import Application, connected


@pytest.fixture
def application(world: World) -> Iterator[Application]:
    with connected(world) as ready:
        yield ready
