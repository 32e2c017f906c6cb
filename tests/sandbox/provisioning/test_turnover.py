"""People who come and go by themselves: by the rule, and as what the engine pushes of it."""

from collections import Counter

from sandbox.provisioning.turnover import after
from tests.sandbox.provisioning.application import Application

PEOPLE = list("abcdefgh")


def test_those_who_came_first_leave_and_the_next_of_the_directory_enter() -> None:
    assert after({"g": ["a", "b", "c"]}, PEOPLE, 2) == {"g": ["c", "d", "e"]}


def test_after_the_last_of_the_directory_the_first_ones_come_again() -> None:
    assert after({"g": ["f", "g", "h"]}, PEOPLE, 1) == {"g": ["g", "h", "a"]}


def test_groups_share_the_turnover_and_the_people() -> None:
    found = after({"g": ["a", "c"], "h": ["b", "d"]}, PEOPLE, 3)
    assert found == {"g": ["e", "g"], "h": ["d", "f"]}


def test_a_group_changes_all_of_its_members_at_most() -> None:
    assert after({"g": ["a"], "empty": []}, PEOPLE, 10) == {"g": ["c"], "empty": []}


def test_nobody_enters_who_is_a_member_already() -> None:
    assert after({"g": ["a", "c", "b"]}, list("abc"), 2) == {"g": ["a", "c", "b"]}


def test_members_whom_the_ring_does_not_know_leave_like_all_others() -> None:
    assert after({"g": ["guest", "a"]}, PEOPLE, 1) == {"g": ["a", "b"]}


def test_without_a_group_nothing_happens() -> None:
    assert after({}, PEOPLE, 3) == {}


def test_each_cycle_pushes_users_and_memberships_of_those_who_come_and_go(application: Application) -> None:
    application.as_in_the_blog()
    application.assign(application.new_group(*(application.new_user() for _ in range(3))))
    application.cycle()
    application.cycle()
    last = application.last_request()
    application.world.set(turnover_per_cycle=2)
    application.cycle()
    assert Counter(application.pushes(last)) == {
        ("DELETE", "Users"): 2,
        ("GET", "Users"): 2,
        ("POST", "Users"): 2,
        ("PATCH", "Groups"): 4,
    }


def test_no_turnover_is_the_default(application: Application) -> None:
    application.assign(application.new_group(application.new_user()))
    application.cycle()
    application.cycle()
    last = application.last_request()
    application.cycle()
    assert application.pushes(last) == []
