"""Objects that cannot be provisioned: held back, tried again, never in the way of others."""

from typing import Any

import pytest

from tests.sandbox.provisioning.application import Application


def fault(application: Application, **values: Any) -> None:
    application.world.control("PUT", "/faults", [{"service": "scim", "times": 1, "when": "before", **values}])


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"action": "status", "status": 503}, "InternalServerError"),
        ({"action": "status", "status": 429}, "TooManyRequests"),
        ({"action": "status", "status": 409}, "EntryConflict"),
        ({"action": "reset"}, "WebExceptionProtocolError"),
        ({"action": "html"}, "SystemForCrossDomainIdentityManagementServiceIncompatible"),
    ],
)
def test_a_failed_create_is_reported_by_its_code_and_the_others_go_on(
    application: Application, values: dict[str, Any], code: str
) -> None:
    for name in ("ada", "bob"):
        application.assign(application.new_user(f"{name}@example.com"))
    fault(application, method="POST", **values)
    execution = application.cycle()
    failed = [one["provisioningStatusInfo"] for one in application.log() if one["provisioningAction"] == "create"]
    assert [one["errorInformation"]["errorCode"] for one in failed if one["status"] == "failure"] == [code]
    assert [one["status"] for one in failed].count("success") == 1
    assert (execution["state"], execution["countEscrowed"]) == ("EntryLevelErrors", 1)


def test_a_held_back_user_is_tried_again_when_its_time_has_come_and_not_before(application: Application) -> None:
    application.world.set(escrow_backoff_s=[60, 600])
    application.assign(application.new_user("ada@example.com"))
    fault(application, method="POST", action="status", status=503)
    application.cycle()
    before = application.last_request()
    application.cycle()
    assert application.pushes(before) == []
    application.advance(61)
    application.cycle()
    assert set(application.scim("Users")) == {"ada@example.com"}
    assert application.status()["lastExecution"]["state"] == "Succeeded"


def test_a_held_back_user_is_tried_again_at_once_when_it_changes(application: Application) -> None:
    application.world.set(escrow_backoff_s=[3600])
    user = application.new_user("ada@example.com")
    application.assign(user)
    fault(application, method="POST", action="status", status=503)
    application.cycle()
    application.change_user(user, displayName="Another")
    application.cycle()
    assert set(application.scim("Users")) == {"ada@example.com"}


def test_a_lost_answer_to_a_create_makes_no_second_user(application: Application) -> None:
    application.world.set(escrow_backoff_s=[0])
    application.assign(application.new_user("ada@example.com"))
    fault(application, method="POST", when="after", action="reset")
    application.cycle()
    application.cycle()
    assert len(application.scim("Users")) == 1
    assert application.status()["lastExecution"]["state"] == "Succeeded"


def test_a_member_that_could_not_be_added_is_added_later(application: Application) -> None:
    application.world.set(escrow_backoff_s=[0])
    application.assign(application.new_group(application.new_user(), application.new_user(), displayName="Team"))
    fault(application, method="PATCH", action="status", status=503)
    application.cycle()
    application.cycle()
    assert len(application.scim("Groups")["Team"]["members"]) == 2


def test_a_function_that_the_sandbox_does_not_know_fails_the_entry_only(application: Application) -> None:
    expression = "SingleAppRoleAssignment([appRoleAssignments])"
    source: dict[str, Any] = {
        "name": "SingleAppRoleAssignment",
        "type": "Function",
        "expression": expression,
        "parameters": [],
    }
    application.edit("User", add=[mapping("userType", source)])
    application.assign(application.new_user())
    application.cycle()
    assert (
        "not supported by the sandbox" in application.log()[-1]["provisioningStatusInfo"]["errorInformation"]["reason"]
    )
    assert application.scim("Users") == {}


def mapping(target: str, source: dict[str, Any] | None, **more: Any) -> dict[str, Any]:
    return {
        "targetAttributeName": target,
        "source": source,
        "defaultValue": None,
        "exportMissingReferences": False,
        "flowBehavior": "FlowWhenChanged",
        "flowType": "Always",
        "matchingPriority": 0,
        **more,
    }


def test_a_default_counts_on_create_and_a_constant_always(application: Application) -> None:
    nick: dict[str, Any] = {"name": "employeeId", "type": "Attribute", "expression": "[employeeId]", "parameters": []}
    application.edit(
        "User", add=[mapping("nickName", nick, defaultValue="none"), mapping("userType", None, defaultValue="x")]
    )
    user = application.new_user("ada@example.com")
    application.assign(user)
    application.cycle()
    created = application.scim("Users")["ada@example.com"]
    assert (created["nickName"], created["userType"]) == ("none", "x")
    application.change_user(user, employeeId="7")
    application.cycle()
    assert application.scim("Users")["ada@example.com"]["nickName"] == "7"


def test_a_user_without_a_matching_value_is_skipped_once(application: Application) -> None:
    source: dict[str, Any] = {"name": "employeeId", "type": "Attribute", "expression": "[employeeId]", "parameters": []}
    application.edit("User", only={"displayName"}, add=[mapping("userName", source, matchingPriority=1)])
    application.assign(application.new_user())
    application.cycle()
    application.cycle()
    infos = [one["provisioningStatusInfo"] for one in application.log()]
    assert [(one["status"], one["errorInformation"]["errorCode"]) for one in infos] == [("skipped", "ImportSkipped")]
