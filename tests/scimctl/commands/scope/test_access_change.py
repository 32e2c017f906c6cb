"""Who enters and who leaves is about people, not about assignments."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from scimctl.access.reach import Reach
from scimctl.commands.scope.access_change import brought_by, change

GROUPS = {"g1": {"u1", "u2"}, "g2": {"u2", "u3"}, "g3": set[str]()}
USERS = {"u1", "u2", "u3", "u4"}
REACH = Reach(
    users={one: {"id": one, "userPrincipalName": f"{one}@x"} for one in USERS},
    groups={one: {"id": one, "displayName": one.upper()} for one in GROUPS},
    members={one: frozenset(members) for one, members in GROUPS.items()},
    nested={},
)
PRINCIPALS = st.sets(st.sampled_from([*GROUPS, *USERS]))


def test_somebody_who_is_in_another_assigned_group_stays() -> None:
    found = change(["g2"], ["g1", "g2"], ["g1", "g2"], REACH)

    assert (found.unassigned, found.leaving, found.staying) == (("g1",), ("u1",), 2)


def test_somebody_who_is_assigned_alone_stays_without_the_group() -> None:
    found = change(["u1"], ["g1", "u1"], ["g1", "u1"], REACH)

    assert found.leaving == ("u2",)


def test_a_group_without_members_changes_assignments_and_nobodys_access() -> None:
    found = change(["g1", "g3"], ["g1"], ["g1"], REACH)

    assert found.is_any
    assert (found.assigned, found.entering, found.leaving) == (("g3",), (), ())


def test_what_somebody_else_assigned_stays_and_so_do_its_people() -> None:
    found = change([], ["g1", "g2"], ["g1"], REACH)

    assert found.strangers == {"g2"}
    assert (found.unassigned, found.leaving) == (("g1",), ("u1",))


def test_what_somebody_took_away_is_known_apart_from_what_is_new() -> None:
    assert change(["g1", "g2"], ["g3"], ["g1", "g3"], REACH).lost == {"g1"}


def test_if_nothing_is_deployed_everybody_enters() -> None:
    assert change(["g1", "u4"], [], [], REACH).entering == ("u1", "u2", "u4")


@given(PRINCIPALS, PRINCIPALS)
def test_nobody_enters_and_leaves_and_the_numbers_add_up(wanted: set[str], assigned: set[str]) -> None:
    found = change(wanted, assigned, assigned, REACH)

    assert not set(found.entering) & set(found.leaving)
    assert len(found.leaving) + found.staying == len(REACH.people(assigned))
    assert len(found.entering) + found.staying == len(REACH.people(wanted))
    assert found.is_any is (wanted != assigned)


def test_somebody_who_is_gone_by_now_is_not_reported() -> None:
    gone: dict[str, Any] = {"wanted": [], "assigned": ["g1", "deleted"], "ours": ["g1", "deleted"]}

    assert change(**gone, reach=REACH).unassigned == ("g1",)


def test_a_person_is_reported_with_every_group_that_brings_it() -> None:
    assert brought_by("u2", ["g1", "g2", "u2"], REACH) == ["G1", "G2"]
    assert brought_by("u4", ["u4"], REACH) == []
