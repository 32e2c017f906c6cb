"""What a PATCH does to a user, in the forms of RFC 7644 and in those that Entra and other clients send."""

import json
from typing import Any

import pytest

from tests.sandbox.core.in_process import InProcess, Target
from tests.sandbox.entra.graph.test_queries import as_json
from tests.sandbox.greenlake.scim.test_endpoint import ENTERPRISE, ENTRA_GROUP
from tests.sandbox.greenlake.workspace import GROUP, PATCH, USER

HOME, WORK = {"type": "home", "value": "h@x"}, {"type": "work", "value": "w@x", "primary": True}
NAME = {"givenName": "A", "familyName": "B"}
START: dict[str, Any] = {"displayName": "x", "title": "t", "active": True, "name": NAME, "emails": [WORK, HOME]}


def sent(here: InProcess, method: str, path: str, body: Any = None) -> Any:
    target = Target(here.services.greenlake, method, f"/v1alpha1/scimproxy/{path}")
    return here.call(target, as_json(body) if body is not None else None)


def after(here: InProcess, *operations: Any) -> dict[str, Any]:
    made = sent(here, "POST", "Users", {"schemas": [USER], "userName": "patched@example.com", **START})
    path = f"Users/{made.json()['id']}"
    answer = sent(here, "PATCH", path, {"schemas": [PATCH], "Operations": list(operations)})
    found = sent(here, "GET", path).json()
    sent(here, "DELETE", path)
    return found | {"status": answer.status_code, "refused": answer.text}


def operation(op: str, path: str | None, *value: Any) -> dict[str, Any]:
    return {"op": op, **({"path": path} if path else {}), **({"value": value[0]} if value else {})}


@pytest.mark.parametrize(
    ("op", "path", "value", "expected"),
    [
        ("replace", None, {"name": {"givenName": "Z"}}, {"name": NAME | {"givenName": "Z"}}),
        (
            "replace", None, {"displayName": "y", "name.givenName": "Z", f"{ENTERPRISE}:department": "d"},
            {"displayName": "y", "name": NAME | {"givenName": "Z"}, ENTERPRISE: {"department": "d"}},
        ),
        ("add", "name", {"GivenName": "Z"}, {"name": NAME | {"givenName": "Z"}}),
        ("rEPLace", f"{USER.lower()}:Name.GIVENNAME", "Z", {"name": NAME | {"givenName": "Z"}}),
        ("add", "displayName", ["y"], {"displayName": "y"}),
        ("Replace", "displayName", [{"$ref": None, "value": "y"}], {"displayName": "y"}),
        ("Replace", "active", [{"value": "False"}], {"active": False}),
        ("Replace", "active", "False", {"active": False}),
        ("add", f"{ENTERPRISE}:manager", [{"value": "m"}], {ENTERPRISE: {"manager": {"value": "m"}}}),
        ("add", f"{ENTERPRISE}:manager", "m", {ENTERPRISE: {"manager": {"value": "m"}}}),
        ("add", ENTERPRISE, {"Department": "d"}, {ENTERPRISE: {"department": "d"}}),
        ("remove", ENTERPRISE, None, {ENTERPRISE: None}),
        ("replace", "emails", HOME, {"emails": [HOME]}),
        ("add", "emails", [WORK, HOME], {"emails": [WORK, HOME]}),
        (
            "replace", 'EMAILS[Type EQ "WORK" and primary eq true].value', "z@x",
            {"emails": [{**WORK, "value": "z@x"}, HOME]},
        ),
        ("replace", 'emails[type eq "work"]', {"value": "z@x"}, {"emails": [{**WORK, "value": "z@x"}, HOME]}),
        ("remove", 'emails[type eq "work" or type eq "nothing"]', None, {"emails": [HOME]}),
        ("Remove", "emails", [{"value": "w@x"}], {"emails": [HOME]}),
        ("Remove", "emails", "w@x", {"emails": [HOME]}),
        (
            "replace", 'emails[type eq "other"]', {"value": "o@x"},
            {"emails": [WORK, HOME, {"type": "other", "value": "o@x"}]},
        ),
        (
            "Add", 'roles[primary eq "True"].value', "r",
            {"roles": [{"primary": True, "value": "r"}], "emails": [WORK, HOME]},
        ),
    ],
)  # fmt: skip
def test_a_patch_changes_what_it_names_and_nothing_else(
    here: InProcess, op: str, path: str | None, value: Any, expected: dict[str, Any]
) -> None:
    found = after(here, operation(op, path, *([] if value is None else [value])))
    assert found["status"] == 204, found["refused"]
    assert {name: found.get(name) for name in (*START, *expected)} == {**START, **expected}


@pytest.mark.parametrize(
    "change",
    [
        operation("replace", 'emails[type eq "home"].primary', True),
        operation("Replace", 'emails[type eq "home"].primary', "True"),
        operation("replace", 'emails[type eq "home"]', {"primary": True}),
        operation("add", "emails", [{**HOME, "value": "second", "primary": True}]),
    ],
)
def test_an_element_that_becomes_primary_is_the_only_one(here: InProcess, change: Any) -> None:
    emails = after(here, change)["emails"]
    assert [one["type"] for one in emails if one.get("primary")] == ["home"]


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        (operation("remove", None), "noTarget"),
        (operation("add", "displayName", ["a", "b"]), "invalidValue"),
        (operation("replace", "name", "x"), None),
        (operation("replace", 'emails[type is "work"].value', "x"), None),
        (operation("replace", 'emails[type eq "work"].nothing', "x"), None),
        (operation("add", 'groups[value eq "x"].display', "x"), "mutability"),
        (operation("replace", 'name[givenName eq "A"].givenName', "x"), "invalidPath"),
        (operation("add", 'password[value eq "x"]', "perhaps"), "invalidPath"),
        (operation("move", "displayName", "x"), "invalidValue"),
        (operation("replace", "active", "perhaps"), "invalidValue"),
    ],
)
def test_what_cannot_be_done_is_refused_whole_and_without_a_word_of_what_was_sent(
    here: InProcess, change: Any, kind: str | None
) -> None:
    found = after(here, operation("replace", "title", "changed-before"), change)
    assert (found["status"], found["title"]) == (400, "t")
    assert "changed-before" not in found["refused"]
    assert "perhaps" not in found["refused"]
    assert kind is None or json.loads(found["refused"])["scimType"] == kind


ONE = {"$ref": None, "value": "one"}


@pytest.mark.parametrize(
    "change",
    [
        operation("remove", 'Members[Value EQ "one"]'),
        operation("remove", f'{GROUP}:members[value eq "one" or value eq "x"]'),
        operation("Remove", "members", "one"),
        operation("Remove", "members", [ONE]),
        operation("remove", f"{GROUP}:members", ONE),
    ],
)
def test_a_member_leaves_a_group_however_it_is_named_and_the_others_stay(here: InProcess, change: Any) -> None:
    members = [{"value": name} for name in ("one", "two")]
    made = sent(
        here, "POST", "Groups", {"schemas": [GROUP, ENTRA_GROUP], "displayName": "Some", "members": members}
    ).json()
    assert made["schemas"] == [GROUP]
    body = {"id": "noise", "schemas": [PATCH], "Operations": [{"name": "noise", **change}]}
    assert sent(here, "PATCH", f"Groups/{made['id']}", body).status_code == 204
    assert sent(here, "GET", f"Groups/{made['id']}").json()["members"] == [{"value": "two"}]
