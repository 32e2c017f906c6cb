"""What becomes of users who leave the scope, are deleted, and come back, over real HTTP."""

import pytest

from tests.sandbox.provisioning.application import Application


def test_an_unassigned_user_is_disabled_where_active_is_mapped_and_enabled_when_it_comes_back(
    application: Application,
) -> None:
    user = application.new_user("ada@example.com")
    assignment = application.assign(user)
    application.cycle()
    application.unassign(assignment)
    application.cycle()
    assert application.scim("Users")["ada@example.com"]["active"] is False
    assert application.log()[-1]["provisioningAction"] == "disable"
    before = application.last_request()
    application.cycle()
    assert application.pushes(before) == []
    application.assign(user)
    application.cycle()
    assert application.scim("Users")["ada@example.com"]["active"] is True


def test_leavers_are_left_alone_if_the_credentials_ask_for_it_but_the_deleted_are_not(application: Application) -> None:
    application.save(SkipOutOfScopeDeletions="True")
    ada, bob = application.new_user("ada@example.com"), application.new_user("bob@example.com")
    assignment = application.assign(ada)
    application.assign(bob)
    application.cycle()
    application.unassign(assignment)
    application.graph.delete(f"users/{bob}")
    application.cycle()
    assert {name: one["active"] for name, one in application.scim("Users").items()} == {
        "ada@example.com": True,
        "bob@example.com": False,
    }


def test_a_leaver_whom_the_target_has_lost_is_forgotten(application: Application) -> None:
    assignment = application.assign(application.new_user("ada@example.com"))
    application.cycle()
    application.lose("ada@example.com")
    application.unassign(assignment)
    assert application.cycle()["state"] == "Succeeded"
    before = application.last_request()
    application.cycle()
    assert application.pushes(before) == []


@pytest.mark.parametrize("deletes", [True, False])
def test_unassigned_users_without_active_are_deleted_if_the_setting_asks_for_it(
    application: Application, deletes: bool
) -> None:
    application.world.set(delete_on_unassign=deletes)
    application.as_in_the_blog()
    assignment = application.assign(application.new_user("ada@example.com"))
    application.cycle()
    application.unassign(assignment)
    application.cycle()
    assert ("ada@example.com" in application.scim("Users")) is not deletes


def test_a_user_deleted_permanently_is_deleted_unless_it_was_unassigned_before(application: Application) -> None:
    application.world.set(delete_on_unassign=False)
    application.as_in_the_blog()
    ada, bob = application.new_user("ada@example.com"), application.new_user("bob@example.com")
    application.assign(ada)
    assignment = application.assign(bob)
    application.cycle()
    application.unassign(assignment)
    application.cycle()
    for user in (ada, bob):
        application.graph.delete(f"users/{user}")
    application.cycle()
    assert set(application.scim("Users")) == {"ada@example.com", "bob@example.com"}
    for user in (ada, bob):
        application.graph.delete(f"directory/deletedItems/{user}")
    application.cycle()
    assert set(application.scim("Users")) == {"bob@example.com"}


def test_a_user_deleted_permanently_is_deleted_though_a_cycle_saw_the_soft_delete(application: Application) -> None:
    ada = application.new_user("ada@example.com")
    application.assign(application.new_group(ada, displayName="Team"))
    application.cycle()
    application.graph.delete(f"users/{ada}")
    application.cycle()
    assert application.scim("Users")["ada@example.com"]["active"] is False
    application.graph.delete(f"directory/deletedItems/{ada}")
    before = application.last_request()
    application.cycle()
    assert application.pushes(before) == [("DELETE", "Users")]
    assert application.scim("Users") == {}


@pytest.mark.parametrize("blog", [True, False])
def test_who_is_restored_is_a_member_again(application: Application, blog: bool) -> None:
    if blog:
        application.as_in_the_blog()
    ada = application.new_user("ada@example.com")
    application.assign(application.new_group(ada, displayName="Team"))
    application.cycle()
    application.graph.delete(f"users/{ada}")
    application.cycle()
    assert application.scim("Groups")["Team"].get("members", []) == []
    application.graph.post(f"directory/deletedItems/{ada}/restore").raise_for_status()
    application.cycle()
    (user,) = application.scim("Users").values()
    assert user.get("active", True) is True
    assert [one["value"] for one in application.scim("Groups")["Team"]["members"]] == [user["id"]]
