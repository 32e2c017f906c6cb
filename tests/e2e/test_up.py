"""From nothing to provisioned users with one command, and then nothing more to do."""

from typing import Any

import pytest

from tests.e2e.provisioned import assigned_users, scim_groups, scim_users
from tests.e2e.workspace import Workspace, writes

pytestmark = pytest.mark.engine


def test_exactly_the_direct_members_of_the_assigned_groups_become_users(up: Workspace) -> None:
    up.world.control("POST", f"/jobs/{up.outputs()['job_id']}/cycle")
    assert {user["userName"] for user in scim_users(up)} == assigned_users(up, ["GreenLake Administrators"])


def test_a_user_has_exactly_the_four_mapped_attributes(up: Workspace) -> None:
    mapped = {"userName", "displayName", "name"}
    for user in scim_users(up):
        kept = set(user) - {"id", "schemas", "meta"}
        assert kept <= mapped
        assert {"userName", "displayName"} <= kept
        assert set(user.get("name", {})) <= {"givenName", "familyName"}


def test_a_group_has_display_name_external_id_and_members(up: Workspace) -> None:
    groups: list[dict[str, Any]] = scim_groups(up)
    assert [group["displayName"] for group in groups] == ["GreenLake Administrators"]
    assert set(groups[0]) - {"id", "schemas", "meta"} == {"displayName", "externalId", "members"}
    users = {user["id"] for user in scim_users(up)}
    assert {member["value"] for member in groups[0]["members"]} == users


def test_a_second_up_writes_nothing_asks_nothing_of_greenlake_and_signs_in_for_program_and_azuread(
    up: Workspace,
) -> None:
    since = up.world.last_request()
    done = up.up()
    assert done.code == 0, done.text
    assert writes(up.world, since) == []
    asked = [each["service"] for each in up.world.requests(since)]
    assert (asked.count("login"), {"iam", "proxytoken", "scim"} & set(asked)) == (2, set())


def test_right_after_up_a_preview_finds_nothing_to_change_and_writes_nothing_but_the_connection_test_of_a_refresh(
    up: Workspace,
) -> None:
    since = up.world.last_request()
    seen = up.preview("--diff")
    assert seen.code == 0, seen.text
    assert writes(up.world, since) == []
    refreshed = up.preview("--refresh")
    assert refreshed.code == 0, refreshed.text
    assert {path.rpartition("/")[2] for path in writes(up.world, since)} <= {"validateCredentials"}
