"""An application that exists is taken only if nobody provisions with it: anything found is a stop before any change."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from tests.e2e import behind_its_back as behind
from tests.e2e.conftest import Make
from tests.e2e.workspace import Workspace, writes

pytestmark = pytest.mark.engine

TEMPLATE = "8adf8e6e-67b2-4cf2-a259-e3dc5476c621"
NAME = "Corporate SSO"
THEIRS = {"mode": "existing", "name": NAME}
STRANGER = "Group GreenLake Operators is assigned by somebody else, or by a run that was cut off"


def _job(graph: httpx.Client, sp: str) -> None:
    graph.post(f"{sp}/synchronization/jobs", json={"templateId": "scim"}).raise_for_status()


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


def _all_of_it(graph: httpx.Client, sp: str) -> None:
    _notifications(graph, sp)
    _assigned(graph, sp)


FOUND_AND_TO_SET = (
    ("notification settings were made", "set provisioning.notificationEmail"),
    ("Group GreenLake Administrators is assigned already", "remove the assignment"),
)


def existing(make: Make, prepare: Callable[[httpx.Client, str], None] | None = None, **changes: Any) -> Workspace:
    workspace = make(app=THEIRS, **changes)
    with workspace.world.graph("admin_client") as graph:
        made: dict[str, Any] = (
            graph.post(f"applicationTemplates/{TEMPLATE}/instantiate", json={"displayName": NAME})
            .raise_for_status()
            .json()
        )
        if prepare:
            prepare(graph, f"servicePrincipals/{made['servicePrincipal']['id']}")
    return workspace


def test_whatever_somebody_set_up_stops_doctor_preview_and_run_and_is_reported_with_what_to_set(make: Make) -> None:
    workspace = existing(make, _all_of_it)
    since = workspace.world.last_request()
    looked, previewed, stopped = workspace.scimctl("doctor"), workspace.preview(), workspace.up()
    assert (looked.code, looked.err, stopped.code) == (7, "looking at everything ...\n", 1)
    assert previewed.code not in (0, 7)
    assert "nothing was changed" in stopped.text, stopped.text
    for found, to_set in FOUND_AND_TO_SET:
        for text in (looked.out, previewed.text, stopped.text):
            assert found in text
            assert to_set in text
    assert writes(workspace.world, since) == []


def test_an_application_that_provisions_already_is_pointed_to_the_adoption_everywhere(make: Make) -> None:
    workspace = existing(make, _job)
    since, command = workspace.world.last_request(), f"run `scimctl adopt --app '{NAME}'`"
    for said in (workspace.scimctl("doctor").out, workspace.preview().text, workspace.up().text):
        assert command in said, said
    assert writes(workspace.world, since) == []


def test_who_may_not_read_what_is_set_up_previews_all_the_same_and_is_warned(make: Make) -> None:
    workspace = existing(make)
    workspace.world.set(permissions=["Application.Read.All", "Group.Read.All"])
    previewed = workspace.preview()
    assert previewed.code == 7, previewed.text
    assert f"{NAME}: not known whether anybody has set it up: " in previewed.text


def test_a_clean_application_works_may_have_other_principals_and_is_left_in_place_by_a_destroy(make: Make) -> None:
    workspace = existing(make)
    done = workspace.up()
    assert done.code == 0, done.text
    behind.assign(workspace, "GreenLake Operators")
    said = workspace.scimctl("drift", "--json")
    assert (said.code, said.data["drift"]) == (0, False), said.out + said.err
    (note,) = said.data["differences"]
    assert (note["kind"], note["what"]) == ("note", STRANGER)
    sp = workspace.outputs()["service_principal_id"]
    assert workspace.destroy().code == 0
    with workspace.world.graph("admin_client") as graph:
        assert graph.get(f"servicePrincipals/{sp}").status_code == 200
        assert graph.get(f"servicePrincipals/{sp}/synchronization/jobs").json()["value"] == []
