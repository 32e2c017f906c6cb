"""An application that somebody deleted, and restored from Entra's recycle bin: never a second one without a word."""

import re
from collections.abc import Mapping

import pytest

from tests.e2e.test_access import assigned
from tests.e2e.workspace import Workspace
from tests.full import only_in_full

pytestmark = pytest.mark.engine

_OUTPUTS = ("application_object_id", "service_principal_id", "token_fingerprint")


def deleted(workspace: Workspace) -> tuple[str, str]:
    """Delete the application in the portal; return its object id and that of its service principal."""
    found = workspace.outputs()
    with workspace.world.graph("admin_client") as graph:
        graph.delete(f"applications/{found['application_object_id']}").raise_for_status()
    return found["application_object_id"], found["service_principal_id"]


def restored(workspace: Workspace, *object_ids: str) -> None:
    with workspace.world.graph("admin_client") as graph:
        for object_id in object_ids:
            graph.post(f"directory/deletedItems/{object_id}/restore").raise_for_status()


def identity(workspace: Workspace) -> tuple[Mapping[str, str], dict[str, str]]:
    """Return the assignments in Entra, and what of the outputs stays as it was if nothing is made a second time."""
    return assigned(workspace), {name: workspace.outputs()[name] for name in _OUTPUTS}


def test_a_restored_application_without_its_service_principal_is_a_stop_whose_command_heals_it(
    deployed: Workspace,
) -> None:
    before = identity(deployed)
    application, _ = deleted(deployed)
    restored(deployed, application)

    stopped = deployed.up()
    seen = {command: deployed.scimctl(command, "--json") for command in ("drift", "doctor", "status")}

    assert stopped.code == 1
    (line,) = stopped.errors
    (command,) = re.findall(r"`az rest --method post --url \S+/v1\.0/(\S+)`", line)
    assert {name: each.code for name, each in seen.items()} == {"drift": 7, "doctor": 7, "status": 7}
    assert all(command in each.out for each in seen.values())
    with deployed.world.graph("admin_client") as graph:
        graph.post(command).raise_for_status()
    done = deployed.up("--refresh")
    assert done.code == 0, done.text
    assert identity(deployed) == before
    assert deployed.preview("--refresh").code == 0


@only_in_full("that the outputs name the application is shown by a test of the look-up")
def test_an_application_that_left_state_before_it_was_restored_is_taken_over(deployed: Workspace) -> None:
    before, left = identity(deployed), deleted(deployed)
    assert deployed.pulumi("refresh", "--yes", "--skip-preview").code == 0
    restored(deployed, *left)

    done = deployed.up()

    assert done.code == 0, done.text
    assert identity(deployed) == before
    assert deployed.preview("--refresh").code == 0
