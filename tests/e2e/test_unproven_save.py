"""A save of the mappings whose answer was lost is in state as not known, so that a stack file put back is put back."""

import pytest

from tests.e2e.workspace import Workspace, configuration

pytestmark = pytest.mark.engine

_LOST = {"service": "graph", "method": "PUT", "path": "/schema$", "when": "after", "status": 503, "times": 99}
_OTHERS = {"userName": {"source": "userPrincipalName", "matching": 1}, "displayName": "mail"}


def test_after_a_lost_save_a_plain_up_of_the_former_stack_file_saves_the_former_mappings(deployed: Workspace) -> None:
    deployed.configure(configuration(deployed.world, mappings={"users": {"attributes": _OTHERS}}))
    deployed.world.fail(_LOST)
    failed = deployed.up()
    deployed.world.fail()
    deployed.configure(configuration(deployed.world))

    done = deployed.up()

    assert failed.code == 1
    assert any("whether Entra saved them is not known: run `pulumi up` again" in line for line in failed.errors)
    assert done.code == 0, done.text
    assert deployed.preview("--refresh").code == 0
