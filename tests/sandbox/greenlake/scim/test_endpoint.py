import itertools
from typing import Any

import httpx
import pytest

from tests.sandbox.driver import Sandbox
from tests.sandbox.greenlake.workspace import GROUP, PATCH, SCIM, USER, Workspace

ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
ENTRA_GROUP = "http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group"
_numbers = itertools.count()


def new_user(scim: httpx.Client, name: str = "", **more: Any) -> str:
    body = {"schemas": [USER], "userName": name or f"user{next(_numbers)}@example.com", **more}
    return scim.post("Users", json=body).raise_for_status().json()["id"]


def new_group(scim: httpx.Client, name: str = "Team") -> str:
    body = {"schemas": [GROUP, ENTRA_GROUP], "displayName": name, "meta": {"resourceType": "Group"}}
    return scim.post("Groups", json=body).raise_for_status().json()["id"]


def patch(scim: httpx.Client, path: str, *operations: Any) -> httpx.Response:
    return scim.patch(path, json={"schemas": [PATCH], "Operations": operations})


def found(scim: httpx.Client, path: str, text: str, **query: str) -> list[Any]:
    return scim.get(path, params={"filter": text, **query}).raise_for_status().json()["Resources"]


def members(scim: httpx.Client, group: str) -> list[str]:
    return [one["value"] for one in scim.get(f"Groups/{group}").json().get("members", [])]


def add(user: str) -> dict[str, Any]:
    return {"op": "Add", "path": "members", "value": [{"$ref": None, "value": user}]}


def test_without_a_proxy_token_everything_is_refused(workspace: Workspace) -> None:
    for token in ("", "x" * 64, workspace.bearer()):
        answer = workspace.call("GET", f"{SCIM}/ServiceProviderConfig", token)
        assert answer.status_code == 401
        assert answer.headers["content-type"].startswith("application/scim+json")


def test_a_user_name_is_unique_and_found_without_regard_to_case(scim: httpx.Client) -> None:
    identity = new_user(scim, "Ada@example.com")
    again = scim.post("Users", json={"schemas": [USER], "userName": "ada@EXAMPLE.com"})
    assert (again.status_code, again.json()["scimType"]) == (409, "uniqueness")
    assert [one["id"] for one in found(scim, "Users", 'userName eq "ADA@example.com"')] == [identity]


def test_a_name_is_free_again_after_a_rename_and_after_a_delete(scim: httpx.Client) -> None:
    identity = new_user(scim, "old@example.com")
    patch(scim, f"Users/{identity}", {"op": "Replace", "path": "userName", "value": "new@example.com"})
    assert found(scim, "Users", 'userName eq "old@example.com"') == []
    new_user(scim, "old@example.com")
    assert scim.delete(f"Users/{identity}").status_code == 204
    assert found(scim, "Users", 'userName eq "new@example.com"') == []
    assert scim.get(f"Users/{identity}").status_code == 404


def test_a_rename_to_a_name_that_is_taken_is_refused(scim: httpx.Client) -> None:
    new_user(scim, "taken@example.com")
    other = new_user(scim)
    answer = patch(scim, f"Users/{other}", {"op": "Replace", "path": "userName", "value": "TAKEN@example.com"})
    assert answer.status_code == 409


def test_membership_is_read_by_a_separate_filter(scim: httpx.Client) -> None:
    group, user, other = new_group(scim), new_user(scim), new_user(scim)
    patch(scim, f"Groups/{group}", add(user))
    query = f'id eq "{group}" and members eq "{{}}"'
    assert len(found(scim, "Groups", query.format(user), excludedAttributes="members")) == 1
    assert found(scim, "Groups", query.format(other)) == []


def test_members_can_be_left_out_of_an_answer(scim: httpx.Client) -> None:
    group, user = new_group(scim, "Left Out"), new_user(scim)
    patch(scim, f"Groups/{group}", add(user))
    query = {"excludedAttributes": "members"}
    assert "members" not in scim.get(f"Groups/{group}", params=query).json()
    assert "members" not in found(scim, "Groups", 'displayName eq "left out"', **query)[0]


def test_a_deleted_user_leaves_its_groups(scim: httpx.Client) -> None:
    group, user, other = new_group(scim), new_user(scim), new_user(scim)
    for one in (user, other):
        patch(scim, f"Groups/{group}", add(one))
    scim.delete(f"Users/{user}")
    assert members(scim, group) == [other]


def test_a_page_reports_the_number_of_all_results(scim: httpx.Client) -> None:
    for _ in range(5):
        new_user(scim)
    page = scim.get("Users", params={"startIndex": "2", "count": "2"}).json()
    assert (page["totalResults"], len(page["Resources"])) == (5, 2)
    page = scim.get("Users", params={"filter": 'userName co "@"', "count": "1"}).json()
    assert (page["totalResults"], len(page["Resources"])) == (5, 1)


def test_a_filter_on_an_attribute_that_some_lack_finds_the_others(scim: httpx.Client) -> None:
    new_user(scim)
    identity = new_user(scim, externalId="e-1")
    assert [one["id"] for one in found(scim, "Users", 'externalId sw "e-"')] == [identity]
    assert [one["id"] for one in found(scim, "Users", 'externalId eq "e-1"')] == [identity]


@pytest.mark.parametrize("query", [{"filter": "nonsense ("}, {"count": "many"}])
def test_a_query_that_makes_no_sense_is_a_bad_request(scim: httpx.Client, query: dict[str, str]) -> None:
    assert scim.get("Users", params=query).status_code == 400


@pytest.mark.parametrize("content", ["{", "[]", '"text"'])
def test_a_body_that_is_not_an_object_is_a_bad_request(scim: httpx.Client, content: str) -> None:
    answer = scim.post("Users", content=content)
    assert (answer.status_code, answer.json()["scimType"]) == (400, "invalidSyntax")


def test_what_is_in_a_workspace_outlives_a_rotation_and_is_seen_by_no_other(
    workspace: Workspace, scim: httpx.Client, sandbox: Sandbox
) -> None:
    identity = new_user(scim, "kept@example.com")
    with workspace.scim(workspace.rotate("true")) as rotated:
        assert rotated.get(f"Users/{identity}").status_code == 200
    other = Workspace(sandbox.make_world("other-directory"))
    with other.scim(other.create()) as stranger:
        assert stranger.get("Users").json()["totalResults"] == 0
    other.world.control("DELETE")


def test_null_takes_an_attribute_away(scim: httpx.Client) -> None:
    identity = new_user(scim, title="Countess", emails=[{"type": "work", "value": "a@example.com"}])
    for path in ("title", "name.givenName", 'emails[type eq "work"].value', f"{ENTERPRISE}:department", "nickName"):
        for op in ("Replace", "Add"):
            assert patch(scim, f"Users/{identity}", {"op": op, "path": path, "value": None}).status_code == 204
    assert "None" not in scim.get(f"Users/{identity}").text
    user = scim.get(f"Users/{identity}").json()
    assert not {"title", "nickName"} & user.keys()
    assert patch(scim, f"Users/{identity}", {"op": "Replace", "path": "userName", "value": None}).status_code == 400


@pytest.mark.parametrize(
    "attributes",
    [
        {ENTERPRISE: None},
        {ENTERPRISE: {"department": None, "manager": None}},
        {"department": None, "manager": None, "employeeNumber": None},
        {f"{ENTERPRISE}:department": None, f"{ENTERPRISE}:manager": None},
    ],
)
def test_enterprise_attributes_may_be_null_wherever_they_stand(scim: httpx.Client, attributes: dict[str, Any]) -> None:
    identity = new_user(scim, **attributes)
    assert scim.get(f"Users/{identity}").json().get(ENTERPRISE) in (None, {})
    set_first = {"op": "Add", "path": f"{ENTERPRISE}:department", "value": "Sums"}
    assert patch(scim, f"Users/{identity}", set_first, {"op": "replace", "value": attributes}).status_code in (204, 400)
    assert "None" not in scim.get(f"Users/{identity}").text


def test_no_extension_is_required_that_a_user_may_lack(scim: httpx.Client) -> None:
    """scim2-client makes no user of a resource type with a required extension that it was not given."""
    new_user(scim)
    (extension,) = scim.get("ResourceTypes/User").json()["schemaExtensions"]
    assert extension == {"schema": ENTERPRISE, "required": False}


def test_enterprise_attributes_at_the_top_count_as_those_of_the_extension(scim: httpx.Client) -> None:
    more: dict[str, Any] = {f"{ENTERPRISE}:department": "Sums", f"{ENTERPRISE}:manager": {"value": "m"}}
    identity = new_user(scim, "", **more)
    extension = scim.get(f"Users/{identity}").json()[ENTERPRISE]
    assert (extension["department"], extension["manager"]["value"]) == ("Sums", "m")


@pytest.mark.parametrize("path", ["members", f"{GROUP}:members", "MEMBERS"])
def test_a_member_added_twice_is_there_once(scim: httpx.Client, path: str) -> None:
    group, user, other = new_group(scim), new_user(scim), new_user(scim)
    for _ in range(2):
        assert patch(scim, f"Groups/{group}", add(user) | {"path": path}).status_code == 204
    assert patch(scim, f"Groups/{group}", add(other), add(other) | {"path": path}).status_code == 204
    assert members(scim, group) == [user, other]
    body = {"schemas": [GROUP], "displayName": "Twice", "members": [{"value": user}, {"value": user}]}
    assert members(scim, scim.post("Groups", json=body).json()["id"]) == [user]


def test_operations_on_members_happen_in_their_order(scim: httpx.Client) -> None:
    group, (ada, bob, cyd) = new_group(scim), [new_user(scim) for _ in range(3)]
    whole = {"op": "Replace", "path": "members", "value": [{"value": ada}, {"value": bob}]}
    leaves = {"op": "remove", "path": f'members[value eq "{ada}"]'}
    assert patch(scim, f"Groups/{group}", add(cyd), whole, add(cyd), leaves, add(ada)).status_code == 204
    assert members(scim, group) == [bob, cyd, ada]
    assert patch(scim, f"Groups/{group}", leaves, add(ada), leaves).status_code == 204
    assert patch(scim, f"Groups/{group}", add(ada), {"op": "remove", "path": "nonsense"}).status_code == 400
    assert members(scim, group) == [bob, cyd]
    assert patch(scim, f"Groups/{group}", {"op": "remove", "path": "members"}, add(ada)).status_code == 204
    assert members(scim, group) == [ada]


def test_a_put_replaces_the_members_of_a_group(scim: httpx.Client) -> None:
    group, (ada, bob) = new_group(scim), [new_user(scim) for _ in range(2)]
    patch(scim, f"Groups/{group}", add(ada))
    body = {"schemas": [GROUP], "id": group, "displayName": "Put", "members": [{"value": bob}]}
    assert scim.put(f"Groups/{group}", json=body).status_code == 200
    assert (members(scim, group), scim.get(f"Groups/{group}").json()["displayName"]) == ([bob], "Put")


def test_a_user_is_found_by_the_email_of_a_kind(scim: httpx.Client) -> None:
    identity = new_user(
        scim, emails=[{"type": "home", "value": "h@example.com"}, {"type": "work", "value": "w@example.com"}]
    )
    new_user(scim, emails=[{"type": "home", "value": "w@example.com"}])
    new_user(scim)
    query = 'emails[type eq "{}"].value eq "{}"'
    assert [one["id"] for one in found(scim, "Users", query.format("work", "W@example.com"))] == [identity]
    assert found(scim, "Users", query.format("work", "h@example.com")) == []
    assert found(scim, "Users", 'userName eq "nobody" and ' + query.format("work", "w@example.com")) == []


def test_attributes_that_no_schema_has_are_ignored_wherever_they_stand(scim: httpx.Client) -> None:
    address = {"type": "work", "country": "Bermuda"}
    body = {"schemas": [USER], "userName": "odd@example.com", "misspelled": 1, "addresses": [{**address, "primari": 1}]}
    identity = scim.post("Users", json={**body, "department": "Sums"}).raise_for_status().json()["id"]
    user = scim.get(f"Users/{identity}").json()
    assert (user["addresses"], {"misspelled", "department"} & user.keys()) == ([address], set())
    put = {**body, "id": identity, "displayName": "Put"}
    assert scim.put(f"Users/{identity}", json=put).raise_for_status().json()["displayName"] == "Put"
