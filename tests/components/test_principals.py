"""Groups and users are looked up by name or object id, all of them before anything is registered."""

import threading
from typing import Any

import pulumi
import pytest

from components.deployed import Deployed
from components.principals import Principal, Principals, find_principals
from providers.errors import ForbiddenError, UnauthorizedError
from stacks.fields import Pinned
from stacks.sections import Access, AccessEntry
from tests.program.mocked_run import TENANT, Directory, configured, run
from tests.providers.conftest import no_backoff, service, trust
from tests.providers.jwts import unsigned_jwt
from tests.providers.tls_service import Service, answer

__all__ = ["no_backoff", "service", "trust"]

ADMINS_ID = "5cd3dfb6-5b8c-4b6e-9b0f-0d5b3ad3f5a1"
ADA_ID = "0a0a0a0a-1111-4222-8333-444444444444"
_ADMINS = {"id": ADMINS_ID, "displayName": "Admins"}
_ADA = {"id": ADA_ID, "userPrincipalName": "ada@contoso.example", "displayName": "Ada Lovelace"}
_DIRECTORY: dict[str, Any] = {
    "Admins": _ADMINS,
    ADMINS_ID: _ADMINS,
    "ada@contoso.example": _ADA,
    ADA_ID: _ADA,
    "Operators": {"id": "operators", "displayName": "Operators"},
}
_DENIED = ForbiddenError("Graph: find among the groups was answered 403 (request-id 1): grant it", status=403)


def _people(access: dict[str, Any], deployed: Deployed, **changed: Any) -> tuple[Principals, Directory]:
    directory = Directory({**_DIRECTORY, **changed})
    found: list[Principals] = []
    config = configured().model_copy(update={"access": Access(**{key: tuple(names) for key, names in access.items()})})
    registered = run(lambda: found.append(find_principals(config, deployed)), directory).registrations
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
    assert sorted(directory.asked) == [("security_groups", "Admins"), ("security_groups", "Operators")]


def test_groups_and_users_are_found_by_object_id() -> None:
    found, directory = _find({"groups": [ADMINS_ID], "users": [ADA_ID]})
    assert [principal.object_id for principal in found] == [ADMINS_ID, ADA_ID]
    assert sorted(directory.asked) == [("security_groups", ADMINS_ID), ("users", ADA_ID)]


def test_users_are_found_by_principal_name() -> None:
    found, directory = _find({"users": ["ada@contoso.example"]})
    assert found == (Principal("ada@contoso.example", "user", ADA_ID),)
    assert directory.asked == [("users", "ada@contoso.example")]


def test_a_pinned_group_is_found_by_its_id_whatever_it_is_called_now() -> None:
    found, directory = _find({"groups": [Pinned(id=ADMINS_ID.upper(), name="Old Administrators")]})
    assert found == (Principal("Old Administrators", "group", ADMINS_ID),)
    assert directory.asked == [("security_groups", ADMINS_ID)]


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
    people, _ = _people({"groups": ["Admins", "Gone"]}, deployed)
    assert people.object_ids == [ADMINS_ID, "gone"]
    with pytest.raises(pulumi.RunError, match=r'^access\.groups: no security group is named "Gone".*nobody is unassig'):
        people.stop_if_unresolved()


OLD_ID = "77777777-1111-4222-8333-444444444444"
_OLD = {"id": OLD_ID, "displayName": "Old Admins"}


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


@pytest.mark.parametrize("entries", [["Admins", "Operators"], ["Operators", "Admins"]])
def test_names_handed_on_in_a_chain_move_nobody_in_whatever_order_they_stand(entries: list[str]) -> None:
    new = {"id": "new", "displayName": "Operators"}
    now_admins = {"id": "operators", "displayName": "Admins"}
    people = _after_a_renaming(*entries, Admins=now_admins, Operators=new, operators=now_admins)
    assert (people.found, sorted(people.kept)) == ((), sorted([OLD_ID, "operators"]))
    assert len(people.unresolved) == 2


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
    people = _after_a_renaming("Admins", "Operators", **{OLD_ID: []})
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
    lines = _lines({"groups": ["Nobody", "Admins", "No one"], "users": ["eve@contoso.example"]})
    remedy = "in this tenant: create it, correct the name, or remove it from the list"
    assert lines == [
        f'access.groups: no security group is named "Nobody" {remedy}',
        f'access.groups: no security group is named "No one" {remedy}',
        f'access.users: no user is named "eve@contoso.example" {remedy}',
    ]


def test_an_object_id_that_is_not_there_is_missing_too() -> None:
    (line,) = _lines({"groups": [ADMINS_ID]}, **{ADMINS_ID: []})
    assert line.startswith(f'access.groups: no security group is named "{ADMINS_ID}" in this tenant')


def test_a_name_that_several_have_needs_an_object_id() -> None:
    assert _lines({"groups": ["Admins"]}, Admins=[_ADMINS, _OLD]) == [
        'access.groups: more than one security group is named "Admins" in this tenant: write its object id instead'
    ]


def test_a_denied_look_up_names_the_permission_once_for_each_kind() -> None:
    again = ForbiddenError(str(_DENIED).replace("request-id 1", "request-id 2"), status=403)
    of_users = ForbiddenError("Graph: find among the users was answered 403: grant User.Read.All", status=403)
    lines = _lines(
        {"groups": ["Admins", "Operators"], "users": [ADA_ID]}, Admins=_DENIED, Operators=again, **{ADA_ID: of_users}
    )
    assert lines == [f"access.groups: {_DENIED}", f"access.users: {of_users}"]


def test_a_denied_look_up_keeps_all_who_are_assigned() -> None:
    deployed = Deployed(has_token=True, assignments={ADMINS_ID: "group Admins", "operators": "group Operators"})
    people, _ = _people({"groups": ["Admins", "Operators"]}, deployed, Admins=_DENIED)
    assert people.object_ids == ["operators", ADMINS_ID]
    assert people.unresolved == (f"access.groups: {_DENIED}",)


def test_one_group_by_name_and_by_object_id_is_named_twice() -> None:
    assert _lines({"groups": ["Admins", ADMINS_ID]}) == [
        f"access.groups: group Admins and group {ADMINS_ID} are one and the same: keep one of them"
    ]


def test_a_group_with_an_apostrophe_is_found_as_any_other() -> None:
    found, _ = _find({"groups": ["O'Brien's"]}, **{"O'Brien's": _ADMINS})
    assert [principal.object_id for principal in found] == [ADMINS_ID]


@pytest.mark.parametrize("deployed", [Deployed(), Deployed(has_token=True)])
def test_any_other_failure_stops_at_once_with_its_one_line(deployed: Deployed) -> None:
    refused = UnauthorizedError("Entra: sign in with a client secret was refused: check it", status=401)
    with pytest.raises(pulumi.RunError) as stopped:
        _people({"groups": ["Admins", "Operators"]}, deployed, Admins=refused, Operators=refused)
    assert str(stopped.value) == str(refused)


@pytest.mark.usefixtures("no_backoff")
def test_a_sign_in_to_another_tenant_ends_the_run_before_anything_is_looked_up(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = TENANT.replace("1", "9")
    service.answers(answer(200, {"access_token": unsigned_jwt({"tid": other})}))
    for name, value in {
        "ARM_CLIENT_SECRET": "", "ARM_TENANT_ID": "", "ARM_USE_MSI": "true", "ARM_MSI_ENDPOINT": service.url,
    }.items():  # fmt: skip
        monkeypatch.setenv(name, value)

    with pytest.raises(pulumi.RunError, match=f"the Entra tenant {TENANT}, and the sign-in is to {other}: nothing"):
        find_principals(configured(), Deployed())
    assert [one.method for one in service.seen] == ["GET"]


def test_all_are_looked_up_side_by_side(monkeypatch: pytest.MonkeyPatch) -> None:
    both = threading.Barrier(2, timeout=20)

    def found(_tenant_id: str, entry: AccessEntry) -> list[dict[str, Any]]:
        both.wait()
        return [{"id": entry.name}]

    monkeypatch.setattr("stacks.named.find", found)
    people, _ = _people({"groups": ["Admins", "Operators"]}, Deployed())
    assert people.object_ids == ["Admins", "Operators"]


@pytest.mark.parametrize(
    ("there", "ending"),
    [(True, 'is named "Admins" now: `scimctl scope --pin` writes its id'), (False, "remove it from the list")],
)
def test_a_renamed_group_of_the_last_run_is_distinguished_from_a_deleted_one(there: bool, ending: str) -> None:
    deployed = Deployed(has_token=True, labels={ADMINS_ID: "group Old Administrators"})
    gone: dict[str, Any] = {} if there else {ADMINS_ID: []}

    people, _ = _people({"groups": ["Old Administrators"]}, deployed, **gone)

    (line,) = people.unresolved
    assert line.startswith("access.groups: ")
    assert line.endswith(ending)
