"""A permission counts as granted where the access token carries it, or one that includes it."""

from typing import Any

import pytest

from scimctl.commands.doctor.check import Verdict
from scimctl.commands.doctor.entra.permissions import checked, needs

ALL = [
    "Application.ReadWrite.All",
    "AppRoleAssignment.ReadWrite.All",
    "Synchronization.ReadWrite.All",
    "Group.Read.All",
    "User.Read.All",
    "ProvisioningLog.Read.All",
]
NEEDS = needs(makes_the_app=True, names_groups=True, names_users=False)


def judged(claims: dict[str, Any] | None) -> dict[str, Verdict]:
    return {each.id.removeprefix("graph."): each.verdict for each in checked(NEEDS, claims)}


def test_all_granted_is_all_ok() -> None:
    assert judged({"roles": ALL}) == dict.fromkeys(ALL, Verdict.OK)


@pytest.mark.parametrize("missing", ALL)
def test_each_missing_one_is_reported_by_itself_with_admin_consent(missing: str) -> None:
    found = {each.id: each for each in checked(NEEDS, {"roles": [one for one in ALL if one != missing]})}
    check = found.pop(f"graph.{missing}")

    only_for_scimctl = missing in ("User.Read.All", "ProvisioningLog.Read.All")
    assert check.verdict is (Verdict.WARNING if only_for_scimctl else Verdict.PROBLEM)
    assert check.todo.endswith("with admin consent")
    assert {each.verdict for each in found.values()} == {Verdict.OK}


@pytest.mark.parametrize(
    ("wider", "narrower"),
    [
        ("Directory.Read.All", "Group.Read.All"),
        ("Application.ReadWrite.OwnedBy", "Application.ReadWrite.All"),
        ("AuditLog.Read.All", "ProvisioningLog.Read.All"),
    ],
)
def test_a_permission_that_includes_another_stands_for_it(wider: str, narrower: str) -> None:
    found = {each.id: each for each in checked(NEEDS, {"roles": [wider]})}[f"graph.{narrower}"]

    assert (found.verdict, found.says) == (Verdict.OK, f"included in {wider}")


def test_a_client_without_any_permission_has_no_claim_and_none_granted() -> None:
    assert set(judged({"aud": "graph"}).values()) == {Verdict.PROBLEM, Verdict.WARNING}


def test_the_token_of_a_person_shows_only_what_was_delegated() -> None:
    found = judged({"scp": "Group.Read.All openid"})

    assert found.pop("Group.Read.All") is Verdict.OK
    assert set(found.values()) == {Verdict.UNKNOWN}


def test_a_token_that_cannot_be_read_shows_nothing() -> None:
    assert set(judged(None).values()) == {Verdict.UNKNOWN}


def test_what_the_stack_file_does_not_name_need_not_be_found() -> None:
    existing = needs(makes_the_app=False, names_groups=False, names_users=True)

    assert existing[0].permission == "Application.Read.All"
    assert {each.permission for each in existing if not each.essential} == {
        "Group.Read.All",
        "ProvisioningLog.Read.All",
    }
