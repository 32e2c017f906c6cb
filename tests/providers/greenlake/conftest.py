"""The token of a test's world: one that Entra has used, and one that follows it with overlap."""

import pytest

from tests.providers.greenlake.token_state import VERBS, inputs, trigger, use
from tests.providers.verbs import Properties
from tests.sandbox.driver import World


@pytest.fixture
def outs(here: World) -> Properties:
    """A token that Entra has used."""
    made = VERBS.create(inputs(here))
    assert use(here, made["token"])
    return made


@pytest.fixture
def overlapping(here: World, outs: Properties) -> Properties:
    """A rotated token that nobody has used, while the one before it lives."""
    return VERBS.update(outs, trigger(here, "1"))
