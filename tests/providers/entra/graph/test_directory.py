from collections.abc import Mapping

import pytest

from providers.entra.graph.directory import Directory
from providers.entra.graph.source_attributes import value
from providers.errors import ForbiddenError, NotFoundError, StoppedError
from tests.providers.calling import soon
from tests.sandbox.driver import World
from tests.sandbox.provisioning.application import Application

NOBODY = "00000000-0000-4000-8000-000000000000"
USER, GROUP = "#microsoft.graph.user", "#microsoft.graph.group"


@pytest.fixture
def directory(here: World) -> Directory:
    return Directory(here.tenant_id, soon(60), here.environ())


def test_a_user_is_found_by_id_name_mail_and_display_name(application: Application, directory: Directory) -> None:
    name = f"o'hara+1@{application.world.name}.example"
    user = application.new_user(name, displayName="Zoë O'Hara", mail="zoe@mail.example")

    for known_as in (user, user.upper(), name, name.upper(), "Zoë O'Hara", "zoe@mail.example"):
        found = directory.user(known_as)
        assert (found["id"], found["@odata.type"], found["accountEnabled"]) == (user, USER, True)


def test_a_guest_is_found_by_a_name_with_marks_that_addresses_give_a_meaning(
    application: Application, directory: Directory
) -> None:
    guest = application.new_user("ann_b&c.example#EXT#@tenant.example")

    assert directory.user("ann_b&c.example#EXT#@tenant.example")["id"] == guest
    assert [each["id"] for each in directory.users("ann_b&c.example#EXT#@tenant.example")] == [guest]


def test_a_security_group_is_found_by_id_and_display_name_in_any_case(
    application: Application, directory: Directory
) -> None:
    group = application.new_group(displayName="R&D's 100 % #1")

    for known_as in (group, group.upper(), "R&D's 100 % #1", "r&d's 100 % #1"):
        assert [each["id"] for each in directory.security_groups(known_as)] == [group]
        found = directory.user_or_group(known_as)
        assert (found["id"], found["@odata.type"], found["securityEnabled"]) == (group, GROUP, True)


def test_only_security_groups_count_and_twins_are_both_listed(directory: Directory) -> None:
    assert directory.security_groups("Newsletter") == []
    assert len(directory.security_groups("Project Phoenix")) == 2


def test_what_is_of_another_kind_than_was_looked_for_is_named(application: Application, directory: Directory) -> None:
    name = f"kind@{application.world.name}.example"
    (group,) = directory.security_groups("GreenLake Administrators")

    assert directory.kind_of(application.new_user(name)) == directory.kind_of(name) == "user"
    assert directory.kind_of(group["id"]) == directory.kind_of("Newsletter") == "group"
    assert directory.kind_of(application.service_principal) == "enterprise application"
    assert directory.kind_of(NOBODY) == directory.kind_of("HPE GreenLake SCIM") == ""


def test_users_of_a_stack_file_are_found_by_a_user_principal_name_alone(
    application: Application, directory: Directory
) -> None:
    name = f"ann@{application.world.name}.example"
    user = application.new_user(name, displayName="Ann Example")

    assert [each["id"] for each in directory.users(name)] == [user]
    assert directory.users("Ann Example") == []


def test_applications_are_found_by_name_and_id(application: Application, directory: Directory) -> None:
    (found,) = directory.service_principals(application.service_principal)

    assert [each["id"] for each in directory.service_principals(found["displayName"])] == [found["id"]]


def test_somebody_who_is_not_there_is_an_empty_list(directory: Directory) -> None:
    assert directory.users(NOBODY) == directory.security_groups(NOBODY) == directory.service_principals("Nothing") == []


@pytest.mark.parametrize("name", ["nobody@nowhere.example", "Nobody", NOBODY])
def test_somebody_who_is_not_there_is_named_with_what_to_check(directory: Directory, name: str) -> None:
    with pytest.raises(NotFoundError) as caught:
        directory.user_or_group(name)

    assert str(caught.value) == (
        f"Entra has no user or group '{name}': check the spelling, or name it by its object id"
    )


def test_a_name_of_several_is_reported_with_their_ids(application: Application, directory: Directory) -> None:
    users = {application.new_user(displayName="Sam") for _ in range(2)}
    groups = {application.new_group(displayName="Sam") for _ in range(4)}

    with pytest.raises(StoppedError) as caught:
        directory.user("sam")
    assert str(caught.value).startswith("'sam' is the name of 2 in Entra: name one by its id: user ")
    assert all(user in str(caught.value) for user in users)

    with pytest.raises(StoppedError, match=r"'Sam' is the name of 6 in Entra: .* and 2 more$") as caught:
        directory.user_or_group("Sam")
    assert "\n" not in str(caught.value)
    assert directory.user_or_group(groups.pop())["@odata.type"] == GROUP


def test_a_user_principal_name_counts_before_what_others_are_called(
    application: Application, directory: Directory
) -> None:
    user = application.new_user("kim@a.example", displayName="Kim")
    application.new_user("other@a.example", displayName="kim@a.example", mail="kim@a.example")

    assert directory.user("kim@a.example")["id"] == user


def test_members_are_the_direct_ones_with_their_kind(application: Application, directory: Directory) -> None:
    user, off = application.new_user("on@a.example"), application.new_user(accountEnabled=False)
    inner = application.new_group(application.new_user())
    group = application.new_group(user, off, inner)

    members = {one["id"]: one for page in directory.members(group) for one in page}

    assert {one: each["@odata.type"] for one, each in members.items()} == {user: USER, off: USER, inner: GROUP}
    assert (members[user]["userPrincipalName"], members[off]["accountEnabled"]) == ("on@a.example", False)


def test_users_groups_and_members_have_the_attributes_that_mappings_take(
    application: Application, directory: Directory
) -> None:
    user = application.new_user("ann@tenant.example", department="Storage", businessPhones=["+1 555"])
    group = application.new_group(user, description="all of it")
    names = ("department", "telephoneNumber", "manager")

    (member,) = (each for page in directory.members(group, names) for each in page)

    for found in (directory.read_object("User", user, names), member):
        assert [value("User", name, found) for name in names[:2]] == ["Storage", "+1 555"]
        assert found["accountEnabled"] is True
    assert directory.read_object("Group", group, ["description"])["description"] == "all of it"


def test_somebody_who_is_gone_is_not_found(directory: Directory) -> None:
    for read in (
        lambda: directory.read_object("User", NOBODY, ()),
        lambda: directory.read_object("Group", NOBODY, ()),
        lambda: list(directory.members(NOBODY)),
    ):
        with pytest.raises(NotFoundError, match="it was deleted just now: run again"):
            read()


MISSING: Mapping[str, str] = {
    "users": "User.Read.All",
    "security_groups": "Group.Read.All",
    "service_principals": "Application.Read.All",
    "members": "GroupMember.Read.All",
}


@pytest.mark.parametrize(("look_up", "permission"), MISSING.items())
def test_a_missing_permission_is_named(here: World, look_up: str, permission: str) -> None:
    here.set(permissions=["Synchronization.ReadWrite.All"])

    with pytest.raises(ForbiddenError, match=f"grant the application permission {permission} to the client"):
        list(getattr(Directory(here.tenant_id, soon(60), here.environ()), look_up)(NOBODY))
