"""A tenant set up by hand, and a process that is signed in as the program would be."""

from collections.abc import Iterator

import pytest

from sandbox.by_hand.administrator import Administrator, signed_in
from tests.sandbox.driver import World


@pytest.fixture
def administrator(world: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[Administrator]:
    """The administrator of a fresh world, which the environment names."""
    world.set(cycle_interval_s=3600)
    for name, value in world.environ().items():
        monkeypatch.setenv(name, value)
    with signed_in(world.about, world.sandbox.tls) as signed:
        yield signed
