"""A name that `up` would stop at is told before, and a question "what if" changes nothing but the question."""

import pytest

from providers.errors import ConfigurationError
from scimctl.named import Name, names_of, what_if
from stacks.access import Access

ACCESS = Access(groups=("Administrators", "Operators"), users=("ann@x",))
ID = "11111111-2222-4333-8444-555555555555"
ONE = {"id": ID}


@pytest.mark.parametrize(
    ("name", "found", "words"),
    [
        (Name("Group", "Administrators"), [ONE], ""),
        (Name("Group", "Nobody"), [], 'no security group is named "Nobody": create it, correct the name'),
        (Name("User", "a@x"), [], 'no user is named "a@x": create it'),
        (Name("Group", "Twins"), [ONE, ONE], '2 security groups are named "Twins": write the object id of one'),
        (Name("Group", "Ann's"), [ONE], "has an apostrophe, which the look-up of `up` cannot take: write its object"),
        (Name("Group", ID), [ONE], ""),
        (Name("User", "o'hara@x"), [ONE], ""),
    ],
)
def test_what_is_wrong_with_a_name(name: Name, found: list[dict[str, str]], words: str) -> None:
    assert (words in name.problem(found)) if words else name.problem(found) == ""


def test_names_are_told_by_their_place_in_the_stack_file() -> None:
    assert [(one.key, one.name) for one in names_of(ACCESS)] == [
        ("access.groups", "Administrators"),
        ("access.groups", "Operators"),
        ("access.users", "ann@x"),
    ]


def test_groups_are_added_and_taken_out_without_regard_to_case() -> None:
    asked = what_if(ACCESS, ["Viewers", "operators"], ["ADMINISTRATORS"])

    assert (asked.groups, asked.users) == (("Operators", "Viewers"), ("ann@x",))
    assert ACCESS.groups == ("Administrators", "Operators")


def test_a_group_that_is_not_there_cannot_be_taken_out() -> None:
    with pytest.raises(ConfigurationError, match='does not name "Admins", "Ops": write it as the stack file does'):
        what_if(ACCESS, [], ["Admins", "Ops"])
