"""An application that exists is taken only if nobody provisions with it: anything found is a stop before any change."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from tests.e2e.conftest import Make
from tests.e2e.test_up import last, writes
from tests.e2e.workspace import Workspace

pytestmark = pytest.mark.engine

TEMPLATE = "8adf8e6e-67b2-4cf2-a259-e3dc5476c621"
NAME = "Corporate SSO"


def _job(graph: httpx.Client, sp: str) -> None:
    graph.post(f"{sp}/synchronization/jobs", json={"templateId": "scim"}).raise_for_status()


def _two_jobs(graph: httpx.Client, sp: str) -> None:
    _job(graph, sp)
    _job(graph, sp)


def _notifications(graph: httpx.Client, sp: str) -> None:
    settings = '{"Enabled":true,"Recipients":"ops@example.com","DeleteThresholdEnabled":false}'
    body = {"value": [{"key": "SyncNotificationSettings", "value": settings}]}
    graph.put(f"{sp}/synchronization/secrets", json=body).raise_for_status()


def _assigned(graph: httpx.Client, sp: str) -> None:
    principal = graph.get(sp).raise_for_status().json()
    role = next(each["id"] for each in principal["appRoles"] if each["displayName"] == "User")
    query = {"$filter": "displayName eq 'GreenLake Administrators'"}
    group = graph.get("groups", params=query).raise_for_status().json()["value"][0]["id"]
    body = {"principalId": group, "resourceId": principal["id"], "appRoleId": role}
    graph.post(f"{sp}/appRoleAssignedTo", json=body).raise_for_status()


FOUND: dict[str, tuple[Callable[[httpx.Client, str], None], str, str]] = {
    "a job": (_job, "it has a synchronization job already", "delete it in the portal"),
    "two jobs": (_two_jobs, "it has 2 synchronization jobs", "delete those that are not used"),
    "notification settings": (_notifications, "notification settings were made", "set provisioning.notificationEmail"),
    "a group assigned": (_assigned, "Group GreenLake Administrators is assigned already", "remove the assignment"),
}


def existing(make: Make, prepare: Callable[[httpx.Client, str], None] | None = None) -> Workspace:
    workspace = make(app={"mode": "existing", "name": NAME})
    with workspace.world.graph("admin_client") as graph:
        made: dict[str, Any] = (
            graph.post(f"applicationTemplates/{TEMPLATE}/instantiate", json={"displayName": NAME})
            .raise_for_status()
            .json()
        )
        if prepare:
            prepare(graph, f"servicePrincipals/{made['servicePrincipal']['id']}")
    return workspace


@pytest.mark.parametrize("what", FOUND)
def test_what_somebody_set_up_stops_the_run_and_says_what_to_set(make: Make, what: str) -> None:
    prepare, found, to_set = FOUND[what]
    workspace = existing(make, prepare)
    since = last(workspace)
    stopped = workspace.up()
    assert stopped.code == 1
    assert "nothing was changed" in stopped.text, stopped.text
    assert found in stopped.text
    assert to_set in stopped.text
    assert writes(workspace, since) == []


def test_a_clean_application_works_and_is_left_in_place_by_a_destroy(make: Make) -> None:
    workspace = existing(make)
    done = workspace.up()
    assert done.code == 0, done.text
    assert workspace.preview("--refresh").code == 0
    sp = workspace.outputs()["service_principal_id"]
    assert workspace.destroy().code == 0
    with workspace.world.graph("admin_client") as graph:
        assert graph.get(f"servicePrincipals/{sp}").status_code == 200
        assert graph.get(f"servicePrincipals/{sp}/synchronization/jobs").json()["value"] == []
