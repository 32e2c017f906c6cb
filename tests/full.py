"""What takes long and is shown by a sample or a cheaper test as well runs with `./run test --full` only."""

import os

import pytest

FULL = "GREENLAKE_SCIM_FULL" in os.environ


def only_in_full(reason: str) -> pytest.MarkDecorator:
    """Mark a test that a plain run leaves out for this reason."""
    return pytest.mark.skipif(not FULL, reason=f"{reason}: ./run test --full")
