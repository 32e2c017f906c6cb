"""Users and groups: the seeded ones, and what may be done to them."""

import unicodedata
from typing import Any

import httpx
import pytest

from tests.sandbox.driver import World

_NEW_GROUP = {"displayName": "New", "mailEnabled": False, "mailNickname": "new", "securityEnabled": True}


def _pages(graph: httpx.Client, path: str, **options: str) -> list[dict[str, Any]]:
    """Follow `@odata.nextLink` until there is no more."""
    answer = graph.get(path, params=options).json()
    items = answer["value"]
    while "@odata.nextLink" in answer:
        answer = graph.get(answer["@odata.nextLink"]).json()
        items += answer["value"]
    return items


def _named(graph: httpx.Client, name: str) -> dict[str, Any]:
    quoted = name.replace("'", "''")
    (group,) = graph.get("groups", params={"$filter": f"displayName eq '{quoted}'"}).json()["value"]
    return group


def test_a_new_world_has_people_of_every_awkward_kind(world: World) -> None:
    with world.graph(version="beta") as graph:
        users = _pages(graph, "users")
        deleted = _pages(graph, "directory/deletedItems/microsoft.graph.user")
    names = [user["displayName"] for user in users]
    assert len(users) >= 200
    assert deleted
    assert {user["userType"] for user in users} == {"Member", "Guest"}
    assert {user["accountEnabled"] for user in users} == {True, False}
    assert any("#EXT#" in user["userPrincipalName"] for user in users)
    assert any(user["givenName"] is None for user in users)
    assert any(len(name) == 256 for name in names)
    assert len(names) > len(set(names))
    assert any(unicodedata.category(letter) == "Lo" for name in names for letter in name)


def test_a_new_world_has_groups_of_every_awkward_kind(graph: httpx.Client) -> None:
    groups = _pages(graph, "groups")
    names = [group["displayName"] for group in groups]
    assert len(groups) >= 20
    assert len(names) > len(set(names))
    assert [group["displayName"] for group in groups if not group["securityEnabled"]] == ["Newsletter"]
    sizes = {group["displayName"]: len(_pages(graph, f"groups/{group['id']}/members")) for group in groups}
    assert sizes["Nobody Yet"] == 0
    assert sizes["All Members"] > 200
    assert sizes["GreenLake Administrators"] == 8
    assert sizes["GreenLake Operators"] == 40


def test_the_administrators_hold_a_guest_and_a_disabled_user(world: World) -> None:
    with world.graph(version="beta") as graph:
        members = _pages(graph, f"groups/{_named(graph, 'GreenLake Administrators')['id']}/members")
    assert [member["userType"] for member in members].count("Guest") == 1
    assert [member["accountEnabled"] for member in members].count(False) == 1


def test_the_viewers_hold_a_nested_group(graph: httpx.Client) -> None:
    members = _pages(graph, f"groups/{_named(graph, 'GreenLake Viewers')['id']}/members")
    assert [member["@odata.type"] for member in members].count("#microsoft.graph.group") == 1


def test_lists_come_in_pages_of_a_hundred_and_of_top(graph: httpx.Client) -> None:
    first = graph.get("users").json()
    assert len(first["value"]) == 100
    short = graph.get("users", params={"$top": "3", "$select": "id"}).json()
    follow = graph.get(short["@odata.nextLink"]).json()
    assert [list(user) for user in follow["value"]] == [["id"]] * 3
    assert {user["id"] for user in follow["value"]}.isdisjoint(user["id"] for user in short["value"])


def test_v1_answers_of_a_user_only_what_select_asks_for_beyond_the_default(graph: httpx.Client) -> None:
    user = graph.get("users", params={"$top": "1"}).json()["value"][0]
    assert "accountEnabled" not in user
    more = graph.get(f"users/{user['id']}", params={"$select": "id,accountEnabled,mail"}).json()
    assert more.keys() == {"@odata.context", "id", "accountEnabled", "mail"}


def test_a_list_is_counted_and_ordered_on_request(graph: httpx.Client) -> None:
    options = {"$count": "true", "$orderby": "displayName desc", "$filter": "startswith(displayName,'GreenLake')"}
    answer = graph.get("groups", params=options).json()
    names = [group["displayName"] for group in answer["value"]]
    assert names == ["GreenLake Viewers", "GreenLake Operators", "GreenLake Administrators"]
    assert answer["@odata.count"] == 3


def test_an_option_that_the_sandbox_lacks_is_refused_not_ignored(graph: httpx.Client) -> None:
    answer = graph.get("groups", params={"$expand": "members"})
    assert answer.status_code == 400
    assert "$expand" in answer.json()["error"]["message"]


def test_an_unknown_path_is_a_bad_request_as_at_graph(graph: httpx.Client) -> None:
    answer = graph.get("nowhere/1")
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "BadRequest")


def test_v1_and_beta_show_one_directory(world: World, admin: httpx.Client) -> None:
    made = admin.post("groups", json=_NEW_GROUP).json()
    with world.graph(version="beta") as beta:
        assert beta.get(f"groups/{made['id']}").json()["displayName"] == "New"


def test_a_patch_merges_and_is_read_at_once(admin: httpx.Client) -> None:
    made = admin.post("groups", json=_NEW_GROUP).json()
    changed = admin.patch(
        f"groups/{made['id']}", json={"@odata.type": "#microsoft.graph.group", "displayName": "Newer"}
    )
    assert (changed.status_code, changed.content) == (204, b"")
    after = admin.get(f"groups/{made['id']}").json()
    assert after["displayName"] == "Newer"
    assert after["mailNickname"] == "new"
    assert after["membershipRule"] is None


def test_a_deleted_group_is_gone_from_lists_members_and_assignments(admin: httpx.Client) -> None:
    viewers, nested = _named(admin, "GreenLake Viewers")["id"], _named(admin, "Compute Team")["id"]
    assert admin.delete(f"groups/{nested}").status_code == 204
    gone = admin.get(f"groups/{nested}")
    assert (gone.status_code, gone.json()["error"]["code"]) == (404, "Request_ResourceNotFound")
    assert nested not in [member["id"] for member in _pages(admin, f"groups/{viewers}/members")]


def test_a_member_is_added_once_and_removed_once(admin: httpx.Client) -> None:
    group = _named(admin, "Nobody Yet")["id"]
    user = admin.get("users", params={"$top": "1"}).json()["value"][0]["id"]
    reference = {"@odata.id": f"https://graph.microsoft.com/v1.0/directoryObjects/{user}"}
    assert admin.post(f"groups/{group}/members/$ref", json=reference).status_code == 204
    again = admin.post(f"groups/{group}/members/$ref", json=reference)
    assert again.status_code == 400
    assert "already exist" in again.json()["error"]["message"]
    assert [one["id"] for one in admin.get(f"users/{user}/memberOf").json()["value"] if one["id"] == group]
    assert admin.delete(f"groups/{group}/members/{user}/$ref").status_code == 204
    assert admin.delete(f"groups/{group}/members/{user}/$ref").status_code == 404


def test_a_group_is_made_and_changed_with_all_of_its_members_or_not_at_all(admin: httpx.Client) -> None:
    group = _named(admin, "Nobody Yet")["id"]
    user = admin.get("users", params={"$top": "1"}).json()["value"][0]["id"]
    there, nobody = (f"https://graph.microsoft.com/v1.0/directoryObjects{end}" for end in (f"('{user}')", "/nobody"))
    for bound, changes, status in (([there, nobody], {}, 404), ([there, there], {}, 400), ([there], {"mail": 5}, 400)):
        body = {**_NEW_GROUP, "members@odata.bind": bound, **changes}
        assert admin.post("groups", json=body).status_code == status
        assert admin.patch(f"groups/{group}", json=body).status_code == status
    assert admin.get("groups", params={"$filter": "displayName eq 'New'"}).json()["value"] == []
    assert _pages(admin, f"groups/{group}/members") == []
    assert admin.post("groups", json={**_NEW_GROUP, "members@odata.bind": [there]}).status_code == 201
    assert [one["id"] for one in _pages(admin, f"groups/{_named(admin, 'New')['id']}/members")] == [user]


def test_a_deleted_user_waits_is_restored_and_is_at_last_gone_permanently(admin: httpx.Client) -> None:
    group = _named(admin, "GreenLake Administrators")["id"]
    user = _pages(admin, f"groups/{group}/members")[0]["id"]
    assert admin.delete(f"users/{user}").status_code == 204
    assert admin.get(f"users/{user}").status_code == 404
    assert len(_pages(admin, f"groups/{group}/members")) == 7
    assert admin.post(f"directory/deletedItems/{user}/restore").status_code == 200
    assert len(_pages(admin, f"groups/{group}/members")) == 8
    admin.delete(f"users/{user}")
    assert admin.delete(f"directory/deletedItems/{user}").status_code == 204
    assert admin.get(f"directory/deletedItems/{user}").status_code == 404


def test_a_password_is_never_given_back(world: World, admin: httpx.Client) -> None:
    body = {
        "accountEnabled": True,
        "displayName": "New",
        "mailNickname": "new",
        "passwordProfile": {"password": "canary-password"},
        "userPrincipalName": f"new@{world.about['tenant_domain']}",
    }
    made = admin.post("users", json=body)
    assert made.status_code == 201
    assert "canary-password" not in made.text + admin.get(f"users/{made.json()['id']}?$select=passwordProfile").text
    again = admin.post("users", json=body)
    assert again.status_code == 400
    assert "userPrincipalName already exists" in again.json()["error"]["message"]


def test_a_user_without_manager_has_none_until_one_is_set(admin: httpx.Client) -> None:
    first, second = (user["id"] for user in admin.get("users", params={"$top": "2"}).json()["value"])
    assert admin.get(f"users/{first}/manager").status_code == 404
    admin.put(f"users/{first}/manager/$ref", json={"@odata.id": f"https://graph.microsoft.com/v1.0/users/{second}"})
    assert admin.get(f"users/{first}/manager").json()["id"] == second


@pytest.mark.parametrize("body", ["[1]", "{", "null"])
def test_a_body_that_is_not_a_json_object_is_a_bad_request(admin: httpx.Client, body: str) -> None:
    answer = admin.post("groups", content=body)
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "BadRequest")


def test_an_error_repeats_the_clients_request_id(graph: httpx.Client) -> None:
    error = graph.get("groups/none", headers={"client-request-id": "mine"}).json()["error"]
    assert error["innerError"]["client-request-id"] == "mine"
    assert error["innerError"]["request-id"]
    assert error["innerError"]["date"]
