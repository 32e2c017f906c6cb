"""The recommended action for an application that was deleted, or restored alone, works as it is printed."""

import re

import pytest

from providers.entra.application.deleted_application import MAKE_AGAIN, remedy
from providers.entra.application.lost_application import exported_application
from providers.entra.graph.directory import Directory
from providers.errors import StoppedError
from tests.providers.calling import soon
from tests.sandbox.driver import World
from tests.sandbox.provisioning.application import TEMPLATE


def _made(world: World) -> tuple[str, str]:
    with world.graph("admin_client") as graph:
        answer = graph.post(f"applicationTemplates/{TEMPLATE}/instantiate", json={"displayName": "Deleted"})
    made = answer.raise_for_status().json()
    return made["application"]["id"], made["servicePrincipal"]["id"]


def test_what_was_deleted_whole_is_made_again(here: World) -> None:
    application, principal = _made(here)
    with here.graph("admin_client") as graph:
        graph.delete(f"applications/{application}").raise_for_status()
    directory = Directory(here.tenant_id, soon(60))

    assert remedy(directory, application, principal) == MAKE_AGAIN
    assert exported_application(directory, TEMPLATE, application) is None


def test_a_service_principal_that_was_deleted_alone_is_restored_by_the_command_and_nothing_is_made_beside_it(
    here: World,
) -> None:
    application, principal = _made(here)
    directory = Directory(here.tenant_id, soon(60))
    with here.graph("admin_client") as graph:
        graph.delete(f"servicePrincipals/{principal}").raise_for_status()

        said = remedy(directory, application, principal)
        with pytest.raises(StoppedError) as stopped:
            exported_application(directory, TEMPLATE, application)

        (listing,) = re.findall(r"`az rest --url (\S+)`", str(stopped.value))
        assert [each["id"] for each in graph.get(listing).raise_for_status().json()["value"]] == [principal]
        (restore,) = re.findall(r"`az rest --method post --url (\S+)`", said)
        graph.post(restore).raise_for_status()
    found = exported_application(directory, TEMPLATE, application)
    assert found
    assert found.service_principal_id == principal
