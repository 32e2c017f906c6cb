"""Who enters and who leaves is shown before `up`, from what is assigned now."""

import pytest

from tests.e2e import behind_its_back
from tests.e2e.conftest import Make
from tests.e2e.workspace import Workspace
from tests.scimctl.looking import look
from tests.scimctl.truth.states import group_gone

pytestmark = pytest.mark.engine


def test_a_group_taken_out_ends_the_access_of_its_people(up: Workspace) -> None:
    said = look(up, "scope", "--without", "greenlake administrators", "--json")

    assert said.code == 7
    assert said.data["removed"] == ["group GreenLake Administrators"]
    assert len(said.data["leaving"]) == 8
    assert {tuple(one["groups"]) for one in said.data["leaving"]} == {("GreenLake Administrators",)}
    assert any(note.startswith("people who leave are deprovisioned") for note in said.data["notes"])


def test_somebody_who_is_in_another_group_stays(up: Workspace) -> None:
    said = look(up, "scope", "--with", "All Members", "--without", "GreenLake Administrators")

    assert said.code == 7
    lines = said.out.splitlines()
    assert lines[1].split() == ["assignments", "1", "new", "1", "removed"]
    assert lines[2].split()[-4:] == ["1", "leave", "7", "stay"], "the guest is not a member of the other group"
    assert sum(line.startswith("enters") for line in lines) == 20
    assert "more: --all names them" in said.out
    whole = look(up, "scope", "--with", "All Members", "--without", "GreenLake Administrators", "--all").out
    assert sum(line.startswith("enters") for line in whole.splitlines()) > 200


def test_members_of_nested_groups_do_not_count(up: Workspace) -> None:
    said = look(up, "scope", "--with", "GreenLake Viewers")

    assert said.out.splitlines()[2].split()[1:3] == ["15", "enter"]
    assert "note: GreenLake Viewers holds groups, whose members do not count: " in said.out


def test_a_name_that_is_wrong_is_a_line_for_each(up: Workspace) -> None:
    said = look(up, "scope", "--with", "Nobody Knows", "--with", "Project Phoenix")

    assert (said.code, said.out) == (1, "")
    nobody, twins = [line for line in said.err.splitlines() if line.startswith("scimctl:")]
    assert nobody.startswith(
        'scimctl: access.groups: no security group is named "Nobody Knows" in this tenant: create it'
    )
    assert twins.startswith(
        'scimctl: access.groups: more than one security group is named "Project Phoenix" in this tenant: write its'
    )


def test_a_group_that_was_deleted_is_not_pinned(make: Make) -> None:
    workspace = make()
    assert workspace.up().code == 0
    before = workspace.stack_file.read_text()
    group_gone(workspace)

    said = look(workspace, "scope", "--pin")

    assert said.code == 1
    assert 'access.groups: no group is named "GreenLake Administrators": create it' in said.err
    assert workspace.stack_file.read_text() == before


def test_what_somebody_else_assigned_stays(up: Workspace) -> None:
    behind_its_back.assign(up, "Partners")

    said = look(up, "scope", "--json")

    assert said.code == 0
    assert said.data["notes"] == ["assigned by somebody else, so `up` leaves it: group Partners"]


def test_before_anything_is_deployed_everybody_enters(make: Make) -> None:
    said = look(make(provisioning={"status": "off"}), "scope", "--json")

    assert said.code == 7
    assert len(said.data["entering"]) == 8
    assert said.data["notes"] == [
        "nothing is deployed yet, so everybody enters",
        "provisioning.status is off: nothing reaches HPE GreenLake until it is on",
    ]
