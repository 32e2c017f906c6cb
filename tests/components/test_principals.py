"""Groups and users are looked up by name or object id, all of them before anything is registered."""

from typing import Any

import pulumi
import pytest

from components.deployed import Deployed
from components.principals import Principal, Principals, find_principals
from stacks.fields import Pinned
from stacks.sections import Access
from tests.program.mocked_run import Directory, run

ADMINS_ID = "5cd3dfb6-5b8c-4b6e-9b0f-0d5b3ad3f5a1"
ADA_ID = "0a0a0a0a-1111-4222-8333-444444444444"
_ADMINS = {"objectId": ADMINS_ID, "displayName": "Admins"}
_ADA = {"objectId": ADA_ID, "userPrincipalName": "ada@contoso.example", "displayName": "Ada Lovelace"}
_DIRECTORY: dict[str, Any] = {
    "Admins": _ADMINS,
    ADMINS_ID: _ADMINS,
    "ada@contoso.example": _ADA,
    ADA_ID: _ADA,
    "Operators": {"objectId": "operators", "displayName": "Operators"},
}
_DENIED = "Retrieving groups: unexpected status 403 (403 Forbidden) with error: Authorization_RequestDenied: no"


_NO_GROUP = "No group found matching specified filter (displayName eq '...')"


def _people(access: dict[str, Any], deployed: Deployed, **changed: Any) -> tuple[Principals, Directory]:
    directory = Directory({**_DIRECTORY, **changed})
    found: list[Principals] = []
    wanted = Access(**{key: tuple(names) for key, names in access.items()})
    registered = run(lambda: found.append(find_principals(wanted, deployed)), directory).registrations
    assert registered == []
    return found[0], directory


def _find(access: dict[str, Any], **changed: Any) -> tuple[tuple[Principal, ...], Directory]:
    people, directory = _people(access, Deployed(), **changed)
    return tuple(people.found), directory


def _lines(access: dict[str, Any], **changed: Any) -> list[str]:
    with pytest.raises(pulumi.RunError) as refused:
        _find(access, **changed)
    return str(refused.value).splitlines()


def test_groups_are_found_by_display_name_and_only_security_groups_are() -> None:
    found, directory = _find({"groups": ["Admins", "Operators"]})
    assert [principal.object_id for principal in found] == [ADMINS_ID, "operators"]
    assert directory.asked == [
        ("getGroup", {"displayName": "Admins", "securityEnabled": True}),
        ("getGroup", {"displayName": "Operators", "securityEnabled": True}),
    ]


def test_groups_and_users_are_found_by_object_id() -> None:
    found, directory = _find({"groups": [ADMINS_ID], "users": [ADA_ID]})
    assert [principal.object_id for principal in found] == [ADMINS_ID, ADA_ID]
    assert directory.asked == [
        ("getGroup", {"objectId": ADMINS_ID, "securityEnabled": True}),
        ("getUser", {"objectId": ADA_ID}),
    ]


def test_users_are_found_by_principal_name() -> None:
    found, directory = _find({"users": ["ada@contoso.example"]})
    assert found == (Principal("ada@contoso.example", "user", ADA_ID, is_by_name=True),)
    assert directory.asked == [("getUser", {"userPrincipalName": "ada@contoso.example"})]


def test_a_pinned_group_is_found_by_its_id_whatever_it_is_called_now() -> None:
    found, directory = _find({"groups": [Pinned(id=ADMINS_ID.upper(), name="Old Administrators")]})
    assert found == (Principal("Old Administrators", "group", ADMINS_ID),)
    assert directory.asked == [("getGroup", {"objectId": ADMINS_ID, "securityEnabled": True})]


@pytest.mark.parametrize(
    ("name", "told"), [("Ada Lovelace", False), ("ADA@contoso.example", False), ("Ada Byron", True)]
)
def test_a_pinned_user_may_be_named_by_either_of_its_names_and_another_one_is_a_note(
    name: str, told: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    monkeypatch.setattr(pulumi.log, "info", said.append)
    found, _ = _find({"users": [Pinned(id=ADA_ID, name=name)]})
    assert [each.object_id for each in found] == [ADA_ID]
    note = f'access.users: the user {ADA_ID} is named "ada@contoso.example" now, not "Ada Byron"'
    assert said == ([note] if told else [])


def test_a_principal_is_known_by_its_object_id_to_state() -> None:
    deployed = Deployed(has_token=True, assignments={ADMINS_ID: "group Operators", "operators": "group Admins"})
    people, _ = _people({"groups": ["Admins", "Operators"], "users": [ADA_ID]}, deployed)
    assert [(each.resource_name, each.deployed_as, each.is_named_otherwise) for each in people.found] == [
        (f"group {ADMINS_ID}", "group Operators", True),
        ("group operators", "group Admins", True),
        (f"user {ADA_ID}", "", False),
    ]
    assert people.new_ids == [ADA_ID]


def test_an_unknown_name_keeps_all_who_are_assigned_and_is_reported_at_the_end() -> None:
    deployed = Deployed(has_token=True, assignments={ADMINS_ID: "group Admins", "gone": "group Gone"})
    people, _ = _people({"groups": ["Admins", "Gone"]}, deployed, Gone=_NO_GROUP)
    assert people.object_ids == [ADMINS_ID, "gone"]
    with pytest.raises(pulumi.RunError, match=r'^access\.groups: no security group is named "Gone".*nobody is unassig'):
        people.stop_if_unresolved()


OLD_ID = "77777777-1111-4222-8333-444444444444"
_OLD = {"objectId": OLD_ID, "displayName": "Old Admins"}


def _after_a_renaming(*groups: str, **changed: Any) -> Principals:
    """`Admins` was another group, OLD_ID, at the last `up`."""
    labels = {OLD_ID: "group Admins", "operators": "group Operators"}
    deployed = Deployed(has_token=True, assignments={one: f"group {one}" for one in labels}, labels=labels)
    return _people({"groups": groups}, deployed, **{OLD_ID: _OLD, **changed})[0]


def test_a_name_that_another_group_has_taken_moves_nobody_while_the_former_one_is_there() -> None:
    people = _after_a_renaming("Admins", "Operators")
    assert people.object_ids == ["operators", OLD_ID]
    assert people.labels == {OLD_ID: "group Admins", "operators": "group Operators"}
    (line,) = people.unresolved
    assert line.startswith(f'access.groups: "Admins" was {OLD_ID} at the last `up` and is {ADMINS_ID} now: write the')


def test_the_name_is_the_same_in_upper_and_lower_case() -> None:
    people = _after_a_renaming("ADMINS", "Operators", ADMINS=_ADMINS)
    assert people.object_ids == ["operators", OLD_ID]


def test_a_former_group_that_the_client_may_not_read_keeps_its_assignment() -> None:
    people = _after_a_renaming("Admins", "Operators", **{OLD_ID: _DENIED})
    assert people.object_ids == ["operators", OLD_ID]


def test_names_exchanged_among_the_groups_of_the_stack_file_are_accepted() -> None:
    people = _after_a_renaming("Admins", "Old Admins", **{"Old Admins": _OLD})
    assert (people.object_ids, people.unresolved) == ([ADMINS_ID, OLD_ID], ())


def test_a_group_that_was_made_anew_under_its_name_is_taken_once_the_former_one_is_gone() -> None:
    people = _after_a_renaming("Admins", "Operators", **{OLD_ID: f'No group found with object ID: "{OLD_ID}"'})
    assert (people.object_ids, people.unresolved) == ([ADMINS_ID, "operators"], ())


def test_an_object_id_is_what_it_is_whatever_was_called_so_before() -> None:
    deployed = Deployed(has_token=True, labels={OLD_ID: "group Admins"})
    people, _ = _people({"groups": [Pinned(id=ADMINS_ID, name="Admins")]}, deployed, **{OLD_ID: _OLD})
    assert people.unresolved == ()


def test_where_all_names_are_known_nobody_is_kept() -> None:
    deployed = Deployed(has_token=True, assignments={"gone": "group Gone"})
    people, _ = _people({"groups": ["Admins"]}, deployed)
    assert people.object_ids == [ADMINS_ID]
    people.stop_if_unresolved()


def test_all_missing_names_come_at_once_one_line_each() -> None:
    lines = _lines(
        {"groups": ["Nobody", "Admins", "No one"], "users": ["eve@contoso.example"]},
        **{
            "Nobody": "No group found matching specified filter (displayName eq 'Nobody')",
            "No one": "No group found matching specified filter (displayName eq 'No one')",
            "eve@contoso.example": 'User with UPN "eve@contoso.example" was not found',
        },
    )
    remedy = "in this tenant: create it, correct the name, or remove it from the list"
    assert lines == [
        f'access.groups: no security group is named "Nobody" {remedy}',
        f'access.groups: no security group is named "No one" {remedy}',
        f'access.users: no user is named "eve@contoso.example" {remedy}',
    ]


def test_an_object_id_that_is_not_there_is_missing_too() -> None:
    gone = f'No group found with object ID: "{ADMINS_ID}"'
    (line,) = _lines({"groups": [ADMINS_ID]}, **{ADMINS_ID: gone})
    assert line.startswith(f'access.groups: no security group is named "{ADMINS_ID}" in this tenant')


def test_a_name_that_several_have_needs_an_object_id() -> None:
    several = (
        "More than one group found matching specified filter (displayName eq 'Admins' and securityEnabled eq true)"
    )
    assert _lines({"groups": ["Admins"]}, Admins=several) == [
        'access.groups: more than one security group is named "Admins" in this tenant: write its object id instead'
    ]


def test_a_denied_look_up_names_the_permission_once() -> None:
    (line,) = _lines({"groups": ["Admins", "Operators"], "users": [ADA_ID]}, Admins=_DENIED, Operators=_DENIED)
    assert line == (
        "access.groups: reading this security group was denied: grant the client that signs in Group.Read.All of "
        "Microsoft Graph, with admin consent"
    )


def test_a_denied_user_look_up_names_its_own_permission() -> None:
    denied = 'Finding user with UPN: "ada@contoso.example": Insufficient privileges to complete the operation.'
    (line,) = _lines({"users": ["ada@contoso.example"]}, **{"ada@contoso.example": denied})
    assert "User.Read.All" in line


def test_one_group_by_name_and_by_object_id_is_named_twice() -> None:
    assert _lines({"groups": ["Admins", ADMINS_ID]}) == [
        f"access.groups: group Admins and group {ADMINS_ID} are one and the same: keep one of them"
    ]


def test_a_group_with_an_apostrophe_needs_an_object_id() -> None:
    assert _lines({"groups": ["O'Brien's"]}) == [
        "access.groups: \"O'Brien's\" has an apostrophe in its name: write its object id instead"
    ]


def test_a_federated_credential_that_does_not_match_is_reported_with_what_was_presented() -> None:
    refused = "could not sign in: AADSTS700213: No matching record found for presented assertion subject 'repo:a/b:x'."

    (line,) = _lines({"groups": ["Admins"]}, Admins=refused)

    assert "the OIDC token, which presented subject 'repo:a/b:x': compare the subject, letter by letter" in line


def test_any_other_failure_stops_at_once_with_the_reason_in_one_line() -> None:
    wrong_tenant = "could not sign in:\n\tAADSTS90002: Tenant 'x' not found. Check the tenant id.\n" + "word " * 99
    (line,) = _lines({"groups": ["Admins", "Operators"]}, Admins=wrong_tenant, Operators=wrong_tenant)
    assert line.startswith(
        'access.groups: the security group "Admins" could not be looked up: could not sign in: AADSTS90002: '
        "Tenant 'x' not found."
    )
    assert len(line) < 300


def test_a_tenant_that_is_not_found_is_not_mistaken_for_a_user() -> None:
    wrong_tenant = 'Finding user with UPN: "ada@contoso.example": AADSTS90002: Tenant not found.'
    (line,) = _lines({"users": ["ada@contoso.example"]}, **{"ada@contoso.example": wrong_tenant})
    assert "could not be looked up" in line


@pytest.mark.parametrize("name", ["Multiple users found", "More than one group found", "Status 403", "User not found"])
def test_a_name_is_not_mistaken_for_a_reason(name: str) -> None:
    missing = f"No group found matching specified filter (displayName eq '{name}' and securityEnabled eq true)"
    (line,) = _lines({"groups": [name]}, **{name: missing})
    assert line.startswith(f'access.groups: no security group is named "{name}" in this tenant')


@pytest.mark.parametrize(
    ("there", "ending"),
    [(True, 'is named "Admins" now: `scimctl scope --pin` writes its id'), (False, "remove it from the list")],
)
def test_a_renamed_group_of_the_last_run_is_distinguished_from_a_deleted_one(there: bool, ending: str) -> None:
    deployed = Deployed(has_token=True, labels={ADMINS_ID: "group Old Administrators"})
    gone = {} if there else {ADMINS_ID: _NO_GROUP}

    people, _ = _people({"groups": ["Old Administrators"]}, deployed, **{"Old Administrators": _NO_GROUP}, **gone)

    (line,) = people.unresolved
    assert line.startswith("access.groups: ")
    assert line.endswith(ending)
