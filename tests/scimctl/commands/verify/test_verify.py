"""Who should be in GreenLake is compared with who is, over both services, and never while an overlap is open."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from tests.e2e.conftest import Make
from tests.e2e.workspace import Workspace
from tests.scimctl.looking import look

pytestmark = pytest.mark.engine

USER = "urn:ietf:params:scim:schemas:core:2.0:User"
PATCH = "urn:ietf:params:scim:api:messages:2.0:PatchOp"


def by_hand(workspace: Workspace, change: Callable[[httpx.Client], httpx.Response]) -> None:
    """Change something at GreenLake as a holder of the token may."""
    about, headers = workspace.world.about, {"Authorization": f"Bearer {workspace.token()}"}
    base = f"{about['greenlake']}/v1alpha1/scimproxy/"
    with httpx.Client(base_url=base, verify=workspace.world.sandbox.tls, headers=headers) as scim:
        change(scim).raise_for_status()


def found(scim: httpx.Client, kind: str, scim_filter: str) -> dict[str, Any]:
    return scim.get(kind, params={"filter": scim_filter}).json()["Resources"][0]


@pytest.fixture(scope="module")
def many(make: Make) -> Workspace:
    """More people than a page holds, with guests, disabled people and a nested group."""
    groups = ["GreenLake Administrators", "GreenLake Viewers", "All Members"]
    workspace = make(settings={"cycle_interval_s": 3600}, access={"groups": groups})
    done = workspace.up()
    assert done.code == 0, done.text
    workspace.world.control("POST", f"/jobs/{workspace.outputs()['job_id']}/cycle")
    return workspace


def test_all_that_entra_made_is_as_it_should_be(many: Workspace) -> None:
    since = many.world.last_request()
    said = look(many, "verify", "--json")

    assert said.code == 0, said.err
    assert said.data["differences"] == 0
    assert said.data["users"]["expected"] == said.data["users"]["found"] > 200
    assert said.data["groups"]["found"] == 3
    assert said.data["users"]["disabledInEntra"]
    assert any("nested groups" in note for note in said.data["notes"])
    pages = [each["query"] for each in many.world.requests(since) if each["path"].endswith("/scimproxy/Users")]
    assert [page.partition("&")[0] for page in pages] == ["startIndex=1", "startIndex=201"]


def test_progress_goes_to_standard_error_and_the_token_nowhere(many: Workspace) -> None:
    token = many.token()
    said = look(many, "verify")

    assert said.out.splitlines()[0] == "GreenLake has what it should have"
    assert [line.rpartition(" ")[0] for line in said.err.splitlines()] == [
        "reading who is assigned in Entra",
        "reading the users of GreenLake",
        "reading the groups of GreenLake",
    ]
    assert token not in said.out + said.err


def test_what_was_done_by_hand_at_greenlake_is_reported(deployed: Workspace) -> None:
    domain = f"{deployed.world.name}.onmicrosoft.com"
    assert look(deployed, "verify").code == 0

    def rename(scim: httpx.Client) -> httpx.Response:
        user = found(scim, "Users", f'userName eq "user001@{domain}"')
        change = {"op": "replace", "path": "displayName", "value": "Somebody Else"}
        return scim.patch(f"Users/{user['id']}", json={"schemas": [PATCH], "Operations": [change]})

    def remove_from_group(scim: httpx.Client) -> httpx.Response:
        user = found(scim, "Users", f'userName eq "user002@{domain}"')
        group = found(scim, "Groups", 'displayName eq "GreenLake Administrators"')
        change = {"op": "remove", "path": f'members[value eq "{user["id"]}"]'}
        return scim.patch(f"Groups/{group['id']}", json={"schemas": [PATCH], "Operations": [change]})

    def delete(scim: httpx.Client) -> httpx.Response:
        user = found(scim, "Users", f'userName eq "user000@{domain}"')
        return scim.delete(f"Users/{user['id']}")

    by_hand(deployed, rename)
    by_hand(deployed, remove_from_group)
    by_hand(deployed, lambda scim: scim.post("Users", json={"schemas": [USER], "userName": "visitor@elsewhere"}))
    by_hand(deployed, delete)
    said = look(deployed, "verify", "--json")

    assert said.code == 7
    users = said.data["users"]
    assert [one["name"] for one in users["missing"]] == [f"user000@{domain}"]
    assert [one["name"] for one in users["extra"]] == ["visitor@elsewhere"]
    assert [(one["attribute"], one["greenlake"]) for one in users["differing"]] == [("displayName", "Somebody Else")]
    group = {"group": "GreenLake Administrators", "missing": [f"user002@{domain}"], "extra": []}
    assert said.data["memberships"] == [group]
    assert said.data["differences"] == 3, "the differing name is a note: update is off"
    assert any("made by hand" in note for note in said.data["notes"])
    told = look(deployed, "verify").out
    assert f'differs  user  user001@{domain}  displayName is "' in told
    assert "3 differences" in told
