"""A name that `up` would stop at is shown before, and a question "what if" changes nothing but the question."""

import pytest

from providers.errors import ConfigurationError
from providers.resource_types import ASSIGNMENTS
from scimctl.access.named import at_last_up, what_if
from stacks.fields import Pinned
from stacks.named import of_another_kind, problem
from stacks.sections import Access, AccessEntry

ACCESS = Access(groups=("Administrators", "Operators"), users=("ann@x",))
ID = "11111111-2222-4333-8444-555555555555"
ONE = {"id": ID}


@pytest.mark.parametrize(
    ("entry", "found", "words"),
    [
        (AccessEntry("group", "Administrators", ""), [ONE], ""),
        (
            AccessEntry("group", "Nobody", ""),
            [],
            'no security group is named "Nobody" in this tenant: create it, correct the name',
        ),
        (AccessEntry("user", "a@x", ""), [], 'no user is named "a@x" in this tenant: create it'),
        (
            AccessEntry("group", "Twins", ""),
            [ONE, ONE],
            'more than one security group is named "Twins" in this tenant: write its',
        ),
        (AccessEntry("group", "Ann's", ""), [ONE], ""),
        (AccessEntry("group", "", ID), [ONE], ""),
        (AccessEntry("group", "Ann's", ID), [ONE], ""),
        (AccessEntry("group", "Ops", ID), [], 'no security group is named "Ops (' + ID),
        (AccessEntry("user", "o'hara@x", ""), [ONE], ""),
    ],
)
def test_what_is_wrong_with_an_entry(entry: AccessEntry, found: list[dict[str, str]], words: str) -> None:
    assert (words in problem(entry, found)) if words else problem(entry, found) == ""


@pytest.mark.parametrize(
    ("entry", "kind", "line"),
    [
        (
            AccessEntry("group", "Ops", ID), "user",
            f'"Ops ({ID})" is the id of a user, not of a group: write it under access.users',
        ),
        (
            AccessEntry("user", "", ID), "group",
            f'"{ID}" is the id of a group, not of a user: write it under access.groups',
        ),
        (
            AccessEntry("group", "", ID), "enterprise application",
            f'"{ID}" is the id of an enterprise application, not of a group: write the object id of the group that',
        ),
        (
            AccessEntry("group", "a@x", ""), "user",
            '"a@x" is the name of a user, not of a group: write it under access.users',
        ),
        (
            AccessEntry("group", "News", ""), "group",
            'the group "News" is not a security group: Entra provisions no others: name another group',
        ),
    ],
)  # fmt: skip
def test_what_is_of_another_kind_is_reported_with_its_place(entry: AccessEntry, kind: str, line: str) -> None:
    assert line in of_another_kind(entry, kind)


def test_who_was_assigned_by_a_name_is_known_in_any_case() -> None:
    labels = {"principals": {"1-1": "group Admins"}}
    resources = [{"type": ASSIGNMENTS, "urn": "urn:pulumi:prod::greenlake-scim::x::access", "outputs": labels}]
    assert at_last_up(resources)("group ADMINS") == "1-1"
    assert at_last_up(resources)("user Admins") == ""


def test_names_are_reported_by_their_place_in_the_stack_file() -> None:
    assert [(one.key, one.name) for one in ACCESS.entries] == [
        ("access.groups", "Administrators"),
        ("access.groups", "Operators"),
        ("access.users", "ann@x"),
    ]


def test_groups_are_added_and_taken_out_without_regard_to_case() -> None:
    asked = what_if(ACCESS, ["Viewers", "operators"], ["ADMINISTRATORS"])

    assert (asked.groups, asked.users) == (("Operators", "Viewers"), ("ann@x",))
    assert ACCESS.groups == ("Administrators", "Operators")


def test_a_pinned_group_is_taken_out_by_its_id_or_the_name_beside_it() -> None:
    pinned = Access(groups=(Pinned(id=ID, name="Ops"), "Administrators"))

    assert what_if(pinned, [], ["ops"]).groups == ("Administrators",)
    assert what_if(pinned, ["OPS", ID], []).groups == pinned.groups
    assert what_if(pinned, [], [ID.upper()]).groups == ("Administrators",)


def test_a_group_that_is_not_there_cannot_be_taken_out() -> None:
    with pytest.raises(ConfigurationError, match='does not name "Admins", "Ops": write it as the stack file does'):
        what_if(ACCESS, [], ["Admins", "Ops"])
