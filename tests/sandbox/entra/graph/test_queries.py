"""The options of a query, as Microsoft's clients and people write them."""

import json
from typing import Any

import pytest

from tests.sandbox.core.in_process import InProcess, Target, user

USERS = "/v1.0/users"


def as_json(body: Any) -> bytes:
    return json.dumps(body).encode()


def seen(here: InProcess, **query: str) -> list[str]:
    names = {f"${name}": value for name, value in query.items()}
    answer = here.call(Target(here.services.entra, "GET", USERS), None, names)
    assert answer.is_success, answer.text
    return [one["userPrincipalName"].partition("@")[0] for one in answer.json()["value"]]


@pytest.mark.parametrize("spelled", ["$filter", "$Filter", "filter", "FILTER"])
def test_an_option_may_be_written_in_any_case_and_without_its_dollar_sign(here: InProcess, spelled: str) -> None:
    answer = here.call(Target(here.services.entra, "GET", USERS), None, {spelled: "DisplayName eq 'User 1'"})
    assert [one["displayName"] for one in answer.json()["value"]] == ["User 1"]


@pytest.mark.parametrize("spelled", ["$skiptoken", "$skipToken"])
def test_pages_follow_each_other_however_their_option_is_written(here: InProcess, spelled: str) -> None:
    page = here.call(Target(here.services.entra, "GET", USERS), None, {"$Top": "1", spelled: "0"}).json()
    first = [one["displayName"] for one in page["value"]]
    following = here.json("GET", page["@odata.nextLink"].partition("127.0.0.1")[2])
    assert first + [one["displayName"] for one in following["value"]] == ["User 0", "User 1"]
    assert "@odata.nextLink" not in following


def test_properties_are_selected_and_sorted_in_any_case(here: InProcess) -> None:
    here.json("POST", USERS, user(5) | {"displayName": "user 0", "mail": "a@example.com"})
    assert seen(here, orderby="displayName, userPrincipalName desc") == ["user5", "user0", "user1"]
    assert seen(here, orderBy="Mail DESC,displayName") == ["user5", "user0", "user1"]
    some = here.call(Target(here.services.entra, "GET", USERS), None, {"$select": "ID,DisplayName"}).json()["value"]
    assert {name for one in some for name in one} == {"id", "displayName"}
    whole = here.call(Target(here.services.entra, "GET", USERS), None, {"$select": "*"}).json()["value"]
    assert all("accountEnabled" in one for one in whole)


@pytest.mark.parametrize(
    "query", [{"$skiptoken": "9" * 5000}, {"$top": "9" * 5000}, {"$skiptoken": "-1"}, {"$orderby": "mail up"}]
)
def test_an_option_that_makes_no_sense_is_a_bad_request(here: InProcess, query: dict[str, str]) -> None:
    assert here.call(Target(here.services.entra, "GET", USERS), None, query).status_code == 400


@pytest.mark.parametrize(
    ("path", "segment"),
    [
        ("users/{id}/getMemberGroups", "getMemberGroups"),
        ("users/delta", "delta"),
        ("organization", "organization"),
        ("directoryObjects/11111111-1111-4111-8111-111111111111", "directoryObjects"),
    ],
)
def test_what_the_sandbox_lacks_is_named_and_no_id_is_looked_for(here: InProcess, path: str, segment: str) -> None:
    answer = here.call(Target(here.services.entra, "GET", f"/v1.0/{path}"), None)
    assert answer.status_code == 400
    assert answer.json()["error"]["message"] == f"Resource not found for the segment '{segment}'."


def test_a_manager_has_a_type_like_every_object_of_the_directory(here: InProcess) -> None:
    ids = [one["id"] for one in here.json("GET", USERS)["value"]]
    manager = f"{USERS}/{ids[0]}/manager"
    here.json("PUT", f"{manager}/$ref", {"@odata.id": f"https://graph.microsoft.com/v1.0/users/{ids[1]}"})
    found = here.call(Target(here.services.entra, "GET", manager), None, {"$select": "displayName"}).json()
    assert (found["@odata.type"], found["displayName"]) == ("#microsoft.graph.user", "User 1")


def test_a_user_principal_name_is_given_once_and_a_group_gets_twenty_members_a_request(here: InProcess) -> None:
    taken = {"userPrincipalName": "USER1@example.com"}
    patch = Target(here.services.entra, "PATCH", f"{USERS}/{{id}}")
    assert here.call(patch, b'{"userPrincipalName": "user0@EXAMPLE.com"}').status_code == 204
    assert here.call(patch, b'{"userPrincipalName": "USER1@example.com"}').status_code == 400
    assert here.call(Target(here.services.entra, "POST", USERS), as_json({**user(7), **taken})).status_code == 400
    bound = as_json({"members@odata.bind": ["x/y"] * 21})
    answer = here.call(Target(here.services.entra, "PATCH", "/v1.0/groups/{id}"), bound)
    assert (answer.status_code, "20 at most" in answer.text) == (400, True)


def test_a_manager_is_set_and_removed(here: InProcess) -> None:
    at = f"{USERS}/{here.ids['users']}/manager"
    here.json("PUT", f"{at}/$ref", {"@odata.id": f"x/{here.ids['users']}"})
    assert here.json("GET", at)["id"] == here.ids["users"]
    here.json("DELETE", f"{at}/$ref")
    for method, path in (("GET", at), ("DELETE", f"{at}/$ref")):
        assert here.call(Target(here.services.entra, method, path)).status_code == 404
