"""Assignments are people: a name that changes hands moves nobody, and what Entra has already is not made again."""

from collections.abc import Mapping
from typing import Any

import httpx
import pytest

from providers.resource_types import ASSIGNMENT, JOB, SECRET
from tests.e2e import behind_its_back as behind
from tests.e2e.conftest import Make
from tests.e2e.workspace import Workspace, configuration, writes
from tests.full import only_in_full

pytestmark = pytest.mark.engine

Json = dict[str, Any]
ADMINS, OPERATORS = "GreenLake Administrators", "GreenLake Operators"


def ids(workspace: Workspace, *names: str) -> list[str]:
    """Return the object ids of groups."""
    with workspace.world.graph("admin_client") as graph:
        found = [graph.get("groups", params={"$filter": f"displayName eq '{name}'"}).json()["value"] for name in names]
    return [each[0]["id"] for each in found]


def rename(workspace: Workspace, names: Mapping[str, str]) -> None:
    """Rename groups by object id."""
    with workspace.world.graph("admin_client") as graph:
        for group, name in names.items():
            graph.patch(f"groups/{group}", json={"displayName": name}).raise_for_status()


def assigned(workspace: Workspace) -> Mapping[str, str]:
    """Return the ids of the assignments by who is assigned."""
    with workspace.world.graph("admin_client") as graph:
        found: list[Json] = graph.get(f"{_principal(graph)}/appRoleAssignedTo").raise_for_status().json()["value"]
    return {each["principalId"]: each["id"] for each in found}


def _principal(graph: httpx.Client) -> str:
    query = {"$filter": "displayName eq 'HPE GreenLake SCIM'"}
    (found,) = graph.get("servicePrincipals", params=query).raise_for_status().json()["value"]
    return f"servicePrincipals/{found['id']}"


def make_again_by_hand(workspace: Workspace) -> None:
    with workspace.world.graph("admin_client") as graph:
        path = f"{_principal(graph)}/appRoleAssignedTo"
        for old in graph.get(path).raise_for_status().json()["value"]:
            graph.delete(f"{path}/{old['id']}").raise_for_status()
            body = {key: old[key] for key in ("principalId", "resourceId", "appRoleId")}
            graph.post(path, json=body).raise_for_status()


def name_in_state(workspace: Workspace, names: Mapping[str, str]) -> None:
    """Name the assignments in state by group, as they were before they were named by object id."""
    exported = workspace.pulumi("stack", "export", "--stack", workspace.stack).text
    for principal, name in names.items():
        exported = exported.replace(f"::group {principal}", f"::group {name}")
    path = workspace.root / "named.json"
    path.write_text(exported)
    done = workspace.pulumi("stack", "import", "--file", str(path), "--stack", workspace.stack)
    assert done.code == 0, done.text


def goes_on(workspace: Workspace, *groups: Any, **changes: Any) -> None:
    workspace.configure(configuration(workspace.world, access={"groups": list(groups)}, **changes))
    done = workspace.up("--refresh")
    assert done.code == 0, done.text


def test_names_that_change_hands_move_nobody_and_an_older_state_is_taken_over(deployed: Workspace) -> None:
    goes_on(deployed, ADMINS, OPERATORS, protect=True)
    admins, operators = ids(deployed, ADMINS, OPERATORS)
    before, since = assigned(deployed), deployed.world.last_request()
    name_in_state(deployed, {admins: ADMINS, operators: OPERATORS})

    rename(deployed, {admins: OPERATORS, operators: ADMINS})  # exchanged, and the stack file with it
    goes_on(deployed, OPERATORS, ADMINS, protect=True)
    rename(deployed, {admins: "C", operators: OPERATORS})  # a chain, a former name, and an id instead of a name
    goes_on(deployed, "C", {"id": operators.upper(), "name": "whatever"}, protect=True)

    assert assigned(deployed) == before
    assert [each for each in writes(deployed.world, since) if "appRoleAssignedTo" in each] == []


def test_a_name_that_is_not_found_keeps_neither_a_rotation_nor_drift_waiting_and_unassigns_nobody(
    deployed: Workspace,
) -> None:
    (admins,) = ids(deployed, ADMINS)
    before, token = assigned(deployed), deployed.outputs()["token_fingerprint"]
    rename(deployed, {admins: "Old Admins"})
    rotates: Json = {"token": {"every": "60d", "rotateWhenChanged": {"reason": "x"}}}
    deployed.configure(configuration(deployed.world, **rotates))

    done = deployed.up()
    assert done.code == 1
    (line,) = done.errors
    assert line.startswith(f'access.groups: the group "{ADMINS}" is named "Old Admins" now: `scimctl scope --pin`')
    assert deployed.outputs()["token_fingerprint"] != token
    assert assigned(deployed) == before

    make_again_by_hand(deployed)
    said = deployed.scimctl("drift", "--json")
    assert said.code == 7
    assert [(each["place"], each["what"]) for each in said.data["differences"]] == [
        ("Users and groups", line.partition("; until then")[0]),
        ("Users and groups", f"group {ADMINS} is not assigned any more"),
    ]

    again = deployed.up("--refresh")
    assert (again.code, again.errors) == (1, {line})
    assert assigned(deployed).keys() == before.keys()
    pinned = deployed.scimctl("scope", "--pin")
    assert (pinned.code, admins in pinned.out) == (0, True), pinned.err
    done = deployed.up("--refresh")
    assert (done.code, 'is named "Old Admins" now' in done.text) == (0, True), done.text
    assert assigned(deployed).keys() == before.keys()
    assert deployed.preview("--refresh").code == 0


def test_what_was_made_although_its_answer_was_lost_is_taken_over_by_the_next_up(make: Make) -> None:
    workspace = make()
    lost = {"service": "graph", "method": "POST", "when": "after"}
    workspace.world.fail({**lost, "path": "instantiate$", "action": "reset"})
    assert workspace.up().code == 1
    workspace.world.fail(
        {**lost, "path": "synchronization/jobs$", "action": "reset"}, {**lost, "path": "appRoleAssignedTo$"}
    )
    # The first of the two must not end the run before the other has happened.
    assert workspace.up("--continue-on-error").code == 1
    assert all(fault["times"] == 0 for fault in workspace.world.faults())
    before = assigned(workspace)
    assert workspace.preview().code == 7
    done = workspace.up()
    assert done.code == 0, done.text
    assert assigned(workspace) == before
    with workspace.world.graph("admin_client") as graph:
        assert len(graph.get(f"{_principal(graph)}/synchronization/jobs").json()["value"]) == 1
    assert workspace.preview("--refresh").code == 0


@pytest.mark.long
def test_an_assignment_made_again_by_hand_is_taken_over_by_the_up_after_a_refresh(deployed: Workspace) -> None:
    make_again_by_hand(deployed)
    by_hand = assigned(deployed)
    assert deployed.pulumi("refresh", "--yes", "--skip-preview").code == 0
    done = deployed.up()
    assert done.code == 0, done.text
    assert assigned(deployed) == by_hand
    assert deployed.preview("--refresh").code == 0


def jobs(workspace: Workspace) -> dict[str, str]:
    """Return the state of each job by its id."""
    return {job["id"]: job["schedule"]["state"] for job in workspace.world.control("GET")["jobs"]}


@pytest.mark.long
def test_a_job_that_somebody_made_after_ours_was_deleted_is_taken_over_and_gets_none_beside_it(
    deployed: Workspace,
) -> None:
    by_hand = behind.replace_job(deployed)

    stopped = deployed.up("--refresh")
    beside = jobs(deployed)
    done = deployed.up()

    assert stopped.code == 1
    assert f"somebody has made another ({by_hand}): none was made beside it: run `pulumi up` again" in stopped.text
    assert beside == {by_hand: "Disabled"}
    assert done.code == 0, done.text
    assert jobs(deployed) == {by_hand: "Active"}
    assert deployed.preview("--refresh").code == 0


@only_in_full("the aliases are shown by a test of the components")
@pytest.mark.parametrize("kind", [JOB, SECRET, ASSIGNMENT])
def test_what_left_state_and_was_imported_by_hand_is_taken_over_and_neither_made_again_nor_deleted(
    deployed: Workspace, kind: str
) -> None:
    (lost,) = [each for each in deployed.resources() if each["type"] == kind]
    before = assigned(deployed), jobs(deployed), set(deployed.outputs().items())
    deployed.pulumi("state", "delete", lost["urn"], "--target-dependents", "--yes")
    by_hand = ("import", kind, "mine", str(lost["id"]), "--yes", "--skip-preview", "--generate-code=false")
    imported = deployed.pulumi(*by_hand, "--protect=false")
    assert imported.code == 0, imported.text

    done = deployed.up()

    assert done.code == 0, done.text
    assert (assigned(deployed), jobs(deployed), set(deployed.outputs().items())) == before
    assert deployed.preview("--refresh").code == 0
