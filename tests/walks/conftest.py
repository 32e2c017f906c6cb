"""One tenant for all walks, which begin in the world as it was saved."""

import pytest

from tests.sandbox.driver import Sandbox
from tests.walks.tenant import Tenant


@pytest.fixture(scope="session")
def tenant(sandbox: Sandbox) -> Tenant:
    made = Tenant.make(sandbox.make_world("walks"), other=sandbox.make_world("another-workspace"))
    made.world.control("POST", "/save")
    return made
