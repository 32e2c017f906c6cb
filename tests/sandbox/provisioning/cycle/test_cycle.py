"""What reaches the target in a cycle, over real HTTP."""

from typing import Any

import pytest

from tests.sandbox.greenlake.workspace import USER
from tests.sandbox.provisioning.application import Application

META = {"id", "schemas", "meta"}


def test_only_direct_members_are_provisioned_with_exactly_what_is_mapped(application: Application) -> None:
    application.as_in_the_blog()
    ada = application.new_user("ada@example.com", givenName="Ada", surname="Lovelace", displayName="Ada L.")
    bob, outside = application.new_user("bob@example.com"), application.new_user("outside@example.com")
    inner = application.new_group(outside)
    application.assign(application.new_group(ada, bob, inner, displayName="Team"))
    execution = application.cycle()
    users, groups = application.scim("Users"), application.scim("Groups")
    assert set(users) == {"ada@example.com", "bob@example.com"}
    assert set(users["ada@example.com"]) - META == {"userName", "displayName", "name"}
    assert users["ada@example.com"]["name"] == {"givenName": "Ada", "familyName": "Lovelace"}
    assert set(groups["Team"]) - META == {"displayName", "externalId", "members"}
    assert {one["value"] for one in groups["Team"]["members"]} == {one["id"] for one in users.values()}
    assert (execution["state"], execution["countExported"]) == ("Succeeded", 4)


def test_an_idle_cycle_sends_the_two_test_queries_and_nothing_else(application: Application) -> None:
    application.assign(application.new_group(application.new_user()))
    application.cycle()
    before = application.last_request()
    application.cycle()
    sent = [(one["method"], one["path"].rsplit("/", 1)[1]) for one in application.world.pushes(before)]
    assert [one for one in sent if one[1] in ("Users", "Groups")] == [("GET", "Users"), ("GET", "Groups")]
    assert application.pushes(before) == []


def test_a_value_that_is_null_at_the_source_is_not_sent(application: Application) -> None:
    application.as_in_the_blog()
    application.assign(application.new_user("plato@example.com", surname=None))
    application.cycle()
    assert application.scim("Users")["plato@example.com"]["name"] == {"givenName": "User"}


def test_an_update_sends_the_changed_attributes_only(application: Application) -> None:
    user = application.new_user("ada@example.com", jobTitle="Countess")
    application.assign(user)
    application.cycle()
    before = application.last_request()
    application.change_user(user, jobTitle="Programmer")
    application.cycle()
    assert application.pushes(before) == [("GET", "Users"), ("PATCH", "Users")]
    assert application.scim("Users")["ada@example.com"]["title"] == "Programmer"
    modified = application.log()[-1]["modifiedProperties"]
    assert modified == [{"displayName": "title", "oldValue": "Countess", "newValue": "Programmer"}]


@pytest.mark.parametrize("flag", ["", "?aadOptscim062020"])
def test_both_dialects_update_disable_and_change_members(application: Application, flag: str) -> None:
    application.save(flag=flag)
    ada, bob = application.new_user("ada@example.com"), application.new_user("bob@example.com")
    group = application.new_group(ada, bob, displayName="Team")
    application.assign(group)
    application.cycle()
    application.change_user(ada, accountEnabled=False, mail="ada@mail.example", department="Sums")
    application.remove_member(group, bob)
    application.cycle()
    user = application.scim("Users")["ada@example.com"]
    assert user["active"] is False
    assert user["emails"] == [{"type": "work", "value": "ada@mail.example"}]
    assert user["urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"]["department"] == "Sums"
    assert [one["value"] for one in application.scim("Groups")["Team"]["members"]] == [user["id"]]


def test_with_update_off_a_change_does_not_flow(application: Application) -> None:
    application.as_in_the_blog()
    user = application.new_user("ada@example.com", displayName="Ada")
    application.assign(user)
    application.cycle()
    before = application.last_request()
    application.change_user(user, displayName="Countess")
    application.cycle()
    assert application.pushes(before) == []
    assert application.scim("Users")["ada@example.com"]["displayName"] == "Ada"


def test_with_create_off_nobody_is_created(application: Application) -> None:
    application.edit("User", flowTypes="Update,Delete")
    application.assign(application.new_user())
    application.cycle()
    assert application.scim("Users") == {}
    assert application.log()[-1]["provisioningStatusInfo"]["status"] == "skipped"
    before = application.last_request()
    application.cycle()
    assert application.pushes(before) == []


def test_a_disabled_group_mapping_provisions_the_members_and_no_group(application: Application) -> None:
    application.edit("Group", enabled=False)
    application.assign(application.new_group(application.new_user("ada@example.com")))
    application.cycle()
    assert (set(application.scim("Users")), application.scim("Groups")) == ({"ada@example.com"}, {})


def test_an_existing_object_at_the_target_is_linked_and_brought_up_to_date(application: Application) -> None:
    with application.workspace.scim(application.token) as scim:
        body = {"schemas": [USER], "userName": "ADA@example.com", "title": "Old"}
        identity = scim.post("Users", json=body).json()["id"]
    application.assign(application.new_user("ada@example.com", jobTitle="New"))
    application.cycle()
    (user,) = application.scim("Users").values()
    assert (user["id"], user["title"], user["userName"]) == (identity, "New", "ada@example.com")


def test_a_guests_name_loses_its_ext_part(application: Application) -> None:
    application.assign(application.new_user(f"ada_partner.example#EXT#@{application.world.name}.onmicrosoft.com"))
    application.cycle()
    assert set(application.scim("Users")) == {"ada_partner.example"}


def test_a_change_of_what_the_target_has_lost_fails_until_a_restart(application: Application) -> None:
    user = application.new_user("ada@example.com")
    application.assign(user)
    application.cycle()
    application.lose("ada@example.com")
    application.change_user(user, displayName="Another")
    application.cycle()
    assert application.error_codes()[-1] == "InvalidAnchor"
    application.graph.post(f"{application.path}/restart", json={})
    application.cycle()
    assert application.scim("Users")["ada@example.com"]["displayName"] == "Another"


def test_the_log_names_the_members_who_entered_and_left(application: Application) -> None:
    ada, bob = application.new_user("ada@example.com"), application.new_user("bob@example.com")
    group = application.new_group(ada, displayName="Team")
    application.assign(bob)
    application.assign(group)
    application.cycle()
    ids = {name: one["id"] for name, one in application.scim("Users").items()}
    entered = {"displayName": "members", "oldValue": None, "newValue": ids["ada@example.com"]}
    assert application.log()[-1]["modifiedProperties"] == [entered]
    application.remove_member(group, ada)
    application.add_member(group, bob)
    application.cycle()
    entered = {"displayName": "members", "oldValue": None, "newValue": ids["bob@example.com"]}
    left = {"displayName": "members", "oldValue": ids["ada@example.com"], "newValue": None}
    modified = [one["modifiedProperties"] for one in application.log() if one["sourceIdentity"]["id"] == group]
    assert modified[-1] == [entered, left]


def test_users_are_matched_by_the_email_of_a_kind(application: Application) -> None:
    email = 'emails[type eq "work"].value'
    with application.workspace.scim(application.token) as scim:
        body = {"schemas": [USER], "userName": "other", "emails": [{"type": "work", "value": "ADA@example.com"}]}
        identity = scim.post("Users", json=body).raise_for_status().json()["id"]
    mapping = {"targetAttributeName": email, "source": {"type": "Attribute", "name": "mail"}, "matchingPriority": 1}
    application.edit("User", only={"userName"}, add=[mapping])
    schema = application.graph.get(f"{application.path}/schema").json()
    for one in schema["synchronizationRules"][0]["objectMappings"]:
        attributes: list[dict[str, Any]] = one["attributeMappings"] if one["sourceObjectName"] == "User" else []
        for attribute in attributes:
            attribute["matchingPriority"] = int(attribute["targetAttributeName"] == email)
    application.graph.put(f"{application.path}/schema", json=schema).raise_for_status()
    application.assign(application.new_user("ada@example.com", mail="ada@example.com"))
    assert application.test().status_code == 204
    application.cycle()
    (user,) = application.scim("Users").values()
    assert (user["id"], user["userName"]) == (identity, "ada@example.com")


def test_a_renamed_group_keeps_its_members(application: Application) -> None:
    group = application.new_group(application.new_user(), displayName="Old")
    application.assign(group)
    application.cycle()
    application.graph.patch(f"groups/{group}", json={"displayName": "New"})
    application.cycle()
    assert [len(one["members"]) for one in application.scim("Groups").values()] == [1]
    assert set(application.scim("Groups")) == {"New"}


def test_two_groups_of_one_name_cannot_both_be_provisioned(application: Application) -> None:
    for _ in range(2):
        application.assign(application.new_group(displayName="Twins"))
    execution = application.cycle()
    assert application.error_codes() == [None, "DuplicateSourceEntries"]
    assert (execution["state"], execution["countEscrowed"]) == ("EntryLevelErrors", 1)


def test_a_user_outside_the_scoping_filter_is_left_out(application: Application) -> None:
    clause = {
        "operatorName": "EQUALS",
        "sourceOperandName": "department",
        "targetOperand": {"values": ["Compute"]},
    }
    scope = {"groups": [{"name": "g", "clauses": [clause]}], "inputFilterGroups": [], "categoryFilterGroups": None}
    application.edit("User", scope=scope)
    application.assign(application.new_user("in@example.com", department="compute"))
    application.assign(application.new_user("out@example.com", department="Legal"))
    application.cycle()
    assert set(application.scim("Users")) == {"in@example.com"}


def test_sync_all_does_not_ask_for_assignments(application: Application) -> None:
    clause = {"operatorName": "EQUALS", "sourceOperandName": "jobTitle", "targetOperand": {"values": ["Stranger"]}}
    application.edit("User", scope={"groups": [{"clauses": [clause]}]})
    application.edit("Group", enabled=False)
    application.new_user("stranger@example.com", jobTitle="Stranger")
    application.cycle()
    assert application.scim("Users") == {}
    application.save(SyncAll="true")
    application.cycle()
    assert set(application.scim("Users")) == {"stranger@example.com"}


def test_a_restart_repairs_what_was_changed_at_the_target(application: Application) -> None:
    user, group_name = application.new_user("ada@example.com", displayName="Ada"), "Team"
    application.assign(application.new_group(user, displayName=group_name))
    application.cycle()
    application.lose("ada@example.com")
    application.cycle()
    assert application.scim("Users") == {}
    application.graph.post(f"{application.path}/restart", json={"criteria": {"resetScope": "Watermark"}})
    application.cycle()
    (member,) = application.scim("Groups")[group_name]["members"]
    assert member["value"] == application.scim("Users")["ada@example.com"]["id"]


def test_deleting_the_job_leaves_everybody_at_the_target_and_a_new_one_finds_them(application: Application) -> None:
    application.assign(application.new_group(application.new_user("ada@example.com"), displayName="Team"))
    application.cycle()
    before = application.scim("Users")["ada@example.com"]["id"]
    application.graph.delete(application.path).raise_for_status()
    assert set(application.scim("Users")) == {"ada@example.com"}
    jobs = application.path.rsplit("/", 1)[0]
    assert application.graph.post(jobs, json={"templateId": "scim"}).json()["id"] == application.job
    application.cycle()
    assert application.scim("Users")["ada@example.com"]["id"] == before
    assert len(application.scim("Groups")) == 1
