"""On demand: everybody who is named is found, the verdict is read from the answer's body, every step is shown."""

import pytest

from tests.e2e.workspace import Workspace
from tests.sandbox.provisioning.application import Application
from tests.scimctl.looking import look
from tests.scimctl.portal import GROUP, last_request, new_member, posts

pytestmark = pytest.mark.engine


def test_a_user_is_provisioned_now_with_every_step_and_then_is_in_sync(
    here: Workspace, application: Application
) -> None:
    user = new_member(application, "ann@now.example")

    said = look(here, "provision", "ann@now.example")
    assert said.code == 0, said.err
    lines = said.out.splitlines()
    assert lines[0] == "provisioned: user ann@now.example: create"
    assert [line.split()[0] for line in lines[1:5]] == ["import", "scoping", "matching", "export"]
    assert "  userName: not set -> ann@now.example" in lines

    again = look(here, "provision", user, "--json")
    assert (again.code, again.data["result"], again.data["name"]) == (0, "in sync", "ann@now.example")


def test_a_200_that_is_a_failure_is_reported_as_one(here: Workspace, application: Application) -> None:
    new_member(application, "bo@now.example")
    here.world.fail({"service": "scim", "method": "POST", "path": "/Users$", "status": 409})

    said = look(here, "provision", "bo@now.example")

    assert said.code == 7
    assert "not provisioned, failed: user bo@now.example (EntryConflict)\nwhy: " in said.out
    assert "to do: GreenLake has another one of this name" in said.out
    assert "  export   failure  " in said.out


def test_somebody_who_is_not_assigned_is_skipped_and_the_reason_is_reported(
    here: Workspace, application: Application
) -> None:
    application.new_user("stranger@now.example")

    said = look(here, "provision", "stranger@now.example", "--json")

    assert (said.code, said.data["result"], said.data["code"]) == (7, "skipped", "NotEffectivelyEntitled")
    assert said.data["advice"].startswith("it is not assigned")


def test_of_a_large_group_five_members_come_along_or_those_that_are_named(
    here: Workspace, application: Application
) -> None:
    new_member(application, "cy@now.example")

    first = look(here, "provision", GROUP, "--json")
    assert first.code == 0
    assert len(first.data["members"]) == 5
    assert "the first 5 by name come along; name others with --member" in first.err

    look(here, "provision", "cy@now.example")
    named = look(here, "provision", GROUP, "--member", "cy@now.example")
    assert (named.code, named.out.splitlines()[0]) == (0, f"provisioned: group {GROUP}: update")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("Nobody",), "Entra has no user or group 'Nobody': check the spelling"),
        (("Twin",), "'Twin' is the name of 2 in Entra: name one by its id: user "),
        (("twin1@now.example", "--member", "twin2@now.example"), "--member is for a group, and this is a user"),
        ((GROUP, "--member", "twin1@now.example"), f"no direct member of {GROUP}: twin1@now.example"),
        ((GROUP, *("--member", "x") * 6), "Entra takes 5 members of a group at a time, and 6 are named"),
    ],
)
def test_who_is_meant_must_be_clear(
    here: Workspace, application: Application, arguments: tuple[str, ...], words: str
) -> None:
    names = {"twin1@now.example", "twin2@now.example"}
    known = {one["userPrincipalName"] for one in application.graph.get("users?$top=999").json()["value"]}
    for name in names - known:
        application.new_user(name, displayName="Twin")
    since = last_request(here)

    said = look(here, "provision", *arguments)

    is_usage = len(arguments) > 3  # the command line alone shows that six are too many
    assert (said.code, said.out) == (2 if is_usage else 1, "")
    assert f"scimctl: {words}" in said.err
    assert posts(here, "provisionOnDemand", since) == 0


def test_refused_credentials_are_reported_with_what_to_do(here: Workspace, application: Application) -> None:
    new_member(application, "di@now.example")
    application.save("another-token")

    said = look(here, "provision", "di@now.example")

    assert (said.code, said.out) == (1, "")
    assert "not provisioned: SystemForCrossDomainIdentityManagementCredentialValidationFailure: GreenLake" in said.err
