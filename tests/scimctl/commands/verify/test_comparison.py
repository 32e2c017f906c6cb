"""Missing, extra, differing, memberships: every difference is reported, and nothing else is."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from providers.entra.mapping.mappings import Wanted
from scimctl.commands.verify.comparison import Compared, Differing, Membership, compared, memberships
from scimctl.commands.verify.expected import expected
from tests.scimctl.commands.verify.people import group, group_rules, scim_group, scim_user, user, user_rules

Json = dict[str, Any]
PEOPLE = st.sets(st.integers(0, 12))


def users(wanted: list[Json], found: list[Json]) -> Compared:
    return compared(user_rules(), expected(user_rules(), wanted), found)


def groups(wanted: list[Json], found: list[Json]) -> Compared:
    return compared(group_rules(), expected(group_rules(), wanted), found)


@given(PEOPLE, PEOPLE)
def test_everybody_is_missing_extra_or_paired_and_nobody_is_two_of_these(wanted: set[int], found: set[int]) -> None:
    result = users([user(one) for one in wanted], [scim_user(one) for one in found])

    assert {one.id for one in result.missing} == {f"e{one}" for one in wanted - found}
    assert {each["id"] for each in result.extra} == {f"s{one}" for one in found - wanted}
    assert result.pairs == {f"e{one}": f"s{one}" for one in wanted & found}
    assert result.differing == ()


@given(PEOPLE, PEOPLE)
def test_the_order_on_either_side_does_not_count(wanted: set[int], found: set[int]) -> None:
    here, there = [user(one) for one in wanted], [scim_user(one, displayName="x") for one in found]
    one_way, other_way = users(here, there), users(here[::-1], there[::-1])

    assert {one.id for one in one_way.missing} == {one.id for one in other_way.missing}
    assert one_way.pairs == other_way.pairs
    assert {str(each) for each in one_way.differing} == {str(each) for each in other_way.differing}


def test_a_differing_attribute_is_reported_with_both_values() -> None:
    found = users([user(1)], [scim_user(1, displayName="Someone", userType=None)])

    assert found.differing == (
        Differing("user1@x", "displayName", "User 1", "Someone"),
        Differing("user1@x", "userType", "Employee", None),
    )


def test_a_person_who_need_not_be_there_is_not_missing_and_not_extra() -> None:
    disabled = user(1, accountEnabled=False)

    absent, present = users([disabled], []), users([disabled], [scim_user(1)])

    assert (absent.missing, [one.id for one in absent.uncertain]) == ((), ["e1"])
    assert (present.extra, [one.id for one in present.disabled]) == ((), ["e1"])


def test_of_two_groups_of_one_name_entra_provisions_one() -> None:
    twins = [group(1), group(2, displayName="GROUP 1")]

    assert [one.id for one in groups(twins, [scim_group(1)]).twins] == ["g2"]
    nobody = groups(twins, [])
    assert [[one.id for one in each] for each in (nobody.missing, nobody.twins)] == [["g1"], ["g2"]]


def test_of_two_resources_of_one_name_the_one_that_differs_least_is_ours() -> None:
    by_hand = scim_group(9, displayName="Group 1")

    found = groups([group(1)], [by_hand, scim_group(1)])

    assert found.pairs == {"g1": "t1"}
    assert (found.extra, found.differing) == ((by_hand,), ())


def test_a_resource_without_the_matching_attribute_is_extra() -> None:
    assert users([user(1)], [{"id": "s1"}]).extra == ({"id": "s1"},)


def test_users_whom_entra_cannot_match_are_distinguished() -> None:
    rules = user_rules(attribute_mappings={"userName": Wanted(source="mail", matching_priority=1)})

    found = compared(rules, expected(rules, [user(1, mail=None)]), [])

    assert (found.missing, [one.id for one in found.without_key]) == ((), ["e1"])


@given(PEOPLE, PEOPLE)
def test_members_are_missing_or_extra_as_sets(wanted: set[int], has: set[int]) -> None:
    everybody = users([user(one) for one in range(13)], [scim_user(one) for one in range(13)])

    told = memberships(
        {"g1": {f"e{one}" for one in wanted}}, everybody, groups([group(1)], [scim_group(1, *has)])
    )  # fmt: skip

    lacks, also = ({f"USER{one}@x" for one in ids} for ids in (wanted - has, has - wanted))
    assert told == ([Membership("Group 1", tuple(sorted(lacks)), tuple(sorted(also)))] if wanted != has else [])


def test_somebody_who_is_not_in_greenlake_at_all_is_not_missing_once_more_in_the_group() -> None:
    nobody = users([user(1)], [])

    assert memberships({"g1": {"e1"}}, nobody, groups([group(1)], [scim_group(1)])) == []


def test_a_disabled_member_may_be_in_the_group_or_not() -> None:
    disabled = users([user(1, accountEnabled=False)], [scim_user(1)])

    for has in ((), (1,)):
        assert memberships({"g1": {"e1"}}, disabled, groups([group(1)], [scim_group(1, *has)])) == []


def test_a_member_that_is_not_a_user_is_named_by_its_id() -> None:
    (told,) = memberships({}, users([], []), groups([group(1)], [scim_group(1, 7)]))

    assert told.extra == ("s7",)


def test_the_members_of_a_group_that_is_missing_or_extra_are_not_reported() -> None:
    assert memberships({"g1": {"e1"}}, users([], []), groups([group(1)], [scim_group(2, 1)])) == []
