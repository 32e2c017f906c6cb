"""What the mappings do not allow is a note; everything else is a difference."""

from typing import Any

import pytest

from scimctl.commands.verify.comparison import Compared, Membership, compared
from scimctl.commands.verify.expected import Rules, expected
from scimctl.commands.verify.findings import Findings
from scimctl.commands.verify.rendering import reported
from tests.scimctl.commands.verify.people import group, group_rules, scim_group, scim_user, user, user_rules

MEMBERS = [Membership("Group 1", ("a",), ())]


def of_users(rules: Rules) -> Compared:
    """One missing, one extra, one differing."""
    found = [scim_user(2, displayName="x"), scim_user(3)]
    return compared(rules, expected(rules, [user(1), user(2)]), found)


def findings(flow_types: tuple[str, ...] = ("Add", "Update", "Delete"), **more: Any) -> Findings:
    rules, of_group = user_rules(flow_types=flow_types), group_rules()
    same = compared(of_group, expected(of_group, [group(1)]), [scim_group(1)])
    return Findings(rules, of_users(rules), of_group, same, **more)


@pytest.mark.parametrize(
    ("flow_types", "counted", "note"),
    [
        (("Add", "Update", "Delete"), 3, ""),
        (("Add", "Delete"), 2, "differing users are a note: the action update is off"),
        (("Update", "Delete"), 2, "missing users are a note: the action create is off"),
    ],
)
def test_an_action_that_is_off_makes_a_note_of_a_difference(
    flow_types: tuple[str, ...], counted: int, note: str
) -> None:
    found = findings(flow_types)

    assert found.differences == counted
    assert note in "\n".join(found.notes())


def test_differing_members_count_unless_update_is_off() -> None:
    same = findings(memberships=MEMBERS)
    assert same.differences == 4

    off = Findings(same.user_rules, same.users, group_rules(flow_types=("Add",)), same.groups, MEMBERS)
    assert off.differences == 3
    assert "members are a note" in "\n".join(off.notes())


def test_groups_that_are_not_provisioned_are_named_as_not_compared() -> None:
    rules = user_rules()

    assert "groups are not compared: their mapping is disabled" in Findings(rules, of_users(rules)).notes()


def test_a_group_that_is_not_assigned_any_more_is_a_difference_and_in_the_verdict() -> None:
    rules = user_rules()
    same = compared(rules, expected(rules, [user(1)]), [scim_user(1)])

    report = reported(Findings(rules, same, unassigned=["group A is not assigned any more: do"]), every=False)

    assert (report.code, report.data["differences"]) == (7, 1)
    assert str(report.lines[0]) == "1 difference; group A is not assigned any more: do"


def test_nested_groups_and_disabled_people_are_noted() -> None:
    rules = user_rules()
    disabled = compared(rules, expected(rules, [user(1, accountEnabled=False)]), [scim_user(1)])
    notes = Findings(rules, disabled, nested={"g1": ("Inner", "Other")}).notes()

    assert any("disabled in Entra and still in GreenLake" in note and "user1@x" in note for note in notes)
    assert any(note.startswith("2 groups inside of assigned groups") for note in notes)


def test_a_long_list_is_cut_until_all_is_asked_for() -> None:
    rules = user_rules()
    many = Findings(rules, compared(rules, expected(rules, [user(one) for one in range(25)]), []))

    short, whole = (
        [str(line) for line in reported(many, every=every).lines if str(line).startswith(("missing", "..."))]
        for every in (False, True)
    )
    assert (len(short), short[-1]) == (21, "... and 5 more: --all lists them")
    assert len(whole) == 25


def test_the_report_shows_the_same_as_json_and_ends_with_7() -> None:
    report = reported(findings(memberships=MEMBERS), every=False)

    assert report.code == 7
    assert report.data["differences"] == 4
    assert report.data["users"]["missing"] == [{"id": "e1", "name": "user1@x"}]
    assert report.data["users"]["extra"] == [{"scimId": "s3", "name": "USER3@x"}]
    assert report.data["users"]["differing"] == [
        {"name": "user2@x", "attribute": "displayName", "entra": "User 2", "greenlake": "x"}
    ]
    assert report.data["memberships"] == [{"group": "Group 1", "missing": ["a"], "extra": []}]
    assert [str(line).split() for line in report.lines][2] == ["users", "2", "2", "1", "1", "1"]
