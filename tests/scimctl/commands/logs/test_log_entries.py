"""Entries of the provisioning logs are read tolerantly, and counted by what went wrong."""

import json
from typing import Any

import pytest

from scimctl.commands.logs.log_entries import by_error, read_entry
from scimctl.job.advice import advice


def summary(who: str = "Ann", status: str = "failure", code: str = "EntryConflict", **fields: Any) -> dict[str, Any]:
    error = {"errorCode": code, "reason": f"{who} is there", "recommendedAction": None} if code else None
    entry: dict[str, Any] = {
        "activityDateTime": "2026-11-01T10:00:00.1234567Z",
        "provisioningAction": "create",
        "provisioningStatusInfo": {"status": status, "errorInformation": error},
        "provisioningSteps": [
            {"name": "EntryImport", "status": "success"},
            {"name": "EntryExportAdd", "status": "failure"},
        ],
        "sourceIdentity": {"id": "u1", "displayName": who, "identityType": "User", "details": {}},
        "targetIdentity": {"id": "", "identityType": "User"},
        "changeId": "c1",
        "cycleId": "y1",
    }
    return entry | fields


def test_an_entry_shows_who_what_why_and_what_to_do() -> None:
    entry = read_entry(summary())

    assert entry.data() == {
        "time": "2026-11-01T10:00:00Z",
        "status": "failure",
        "action": "create",
        "type": "User",
        "id": "u1",
        "name": "Ann",
        "userPrincipalName": None,
        "targetId": None,
        "code": "EntryConflict",
        "reason": "Ann is there",
        "advice": "GreenLake has another one of this name: delete that one there, or correct the mapping",
        "step": "EntryExportAdd",
        "changeId": "c1",
        "cycleId": "y1",
    }
    assert entry.failed


def test_entras_own_advice_comes_first() -> None:
    own = {"errorCode": "EntryConflict", "recommendedAction": "Look at this page."}

    assert read_entry(summary(provisioningStatusInfo={"status": "failure", "errorInformation": own})).advice == (
        "Look at this page."
    )


@pytest.mark.parametrize(
    ("error", "described", "reason"),
    [
        ({"reason": "It broke.", "additionalDetails": "More."}, "Failed.", "It broke."),
        ({"reason": "", "additionalDetails": "More."}, "Failed.", "More."),
        ({"errorCode": "X"}, "Failed to create Ann.", "Failed to create Ann."),
        (None, "Failed to create Ann.", "Failed to create Ann."),
        (None, None, ""),
    ],
)
def test_the_reason_is_read_wherever_entra_wrote_one(error: Any, described: str | None, reason: str) -> None:
    step = {"name": "EntryExportAdd", "status": "failure", "description": described}
    entry = summary(provisioningSteps=[step], provisioningStatusInfo={"status": "failure", "errorInformation": error})

    assert read_entry(entry).reason == reason


def test_a_success_needs_no_advice_and_is_not_a_failure() -> None:
    done = read_entry(summary(status="success", code="", provisioningSteps=None))

    assert (done.failed, done.advice, done.code, done.step) == (False, "", "", "")


def test_somebody_who_has_no_name_is_reported_by_what_there_is() -> None:
    by_upn = {"id": "u1", "displayName": "", "details": {"UserPrincipalName": "ann@a.example"}}

    assert read_entry(summary(sourceIdentity=by_upn)).who == "ann@a.example"
    assert read_entry(summary(sourceIdentity={"id": "u1"})).who == "u1"
    assert read_entry({}).who == "unknown"


@pytest.mark.parametrize("key", ["userPrincipalName", "UserPrincipalName"])
def test_two_of_one_display_name_are_distinguished_by_what_is_unique(key: str) -> None:
    user = {"id": "u1", "displayName": "Ann", "identityType": "User", "details": {key: "ann@a.example"}}
    entry = read_entry(summary(sourceIdentity=user))
    assert (entry.label, entry.data()["userPrincipalName"]) == ("Ann (ann@a.example)", "ann@a.example")

    nameless = read_entry(summary(sourceIdentity={**user, "displayName": ""}))
    assert nameless.label == "ann@a.example"

    group = {"id": "11111111-2222-4333-8444-555555555555", "displayName": "Sales", "identityType": "Group"}
    assert read_entry(summary(sourceIdentity=group)).label == "Sales (11111111-2222-4333-8444-555555555555)"
    twins = by_error(read_entry(summary(sourceIdentity={**user, "details": {key: who}})) for who in ("a@x", "b@x"))
    assert twins[0].people == ["Ann (a@x)", "Ann (b@x)"]


def test_errors_are_counted_with_whom_they_are_about_and_the_newest_of_them() -> None:
    found = [
        read_entry(summary("Bo", activityDateTime="2026-11-01T11:00:00Z")),
        read_entry(summary("Ann", activityDateTime="2026-11-01T12:00:00Z")),
        read_entry(summary("Ann")),
        read_entry(summary("Cy", code="Timeout")),
        read_entry(summary("Di", status="skipped", code="NotEffectivelyEntitled")),
        *(read_entry(summary("Ed", status="skipped", code="ImportSkipped")) for _ in range(9)),
        read_entry(summary("Flo", status="success", code="")),
    ]

    groups = by_error(found)

    assert [(each.code, each.count) for each in groups] == [
        ("EntryConflict", 3),
        ("Timeout", 1),
        ("ImportSkipped", 9),
        ("NotEffectivelyEntitled", 1),
    ]
    assert (groups[0].people, groups[0].last.reason) == (["Ann", "Bo"], "Ann is there")
    assert groups[0].data()["lastTime"] == "2026-11-01T12:00:00Z"


INCOMPATIBLE = "SystemForCrossDomainIdentityManagementServiceIncompatible"
BOILERPLATE = (
    "Message: Processing of the HTTP request resulted in an exception. Please see the HTTP response returned by the "
    "'Response' property of this exception for details."
)


def refused(who: str, detail: str, status: str = "400") -> dict[str, Any]:
    scim = {"schemas": ["urn:ietf:params:scim:api:messages:2.0:Error"], "status": status, "detail": detail}
    reason = (
        f"StatusCode: BadRequest\n{BOILERPLATE}\nWeb Response: {json.dumps(scim)}. This operation was retried 0 times."
    )
    error = {"errorCode": INCOMPATIBLE, "reason": reason, "recommendedAction": None}
    return summary(who, provisioningStatusInfo={"status": "failure", "errorInformation": error})


def test_a_refused_object_is_not_called_a_wrong_address() -> None:
    entry = read_entry(refused("Ann", "familyName is required"))

    assert entry.code == INCOMPATIBLE
    assert entry.advice == advice(INCOMPATIBLE, 400)
    assert "tenantUrl" not in entry.advice


def test_refusals_of_different_reasons_are_counted_apart_and_those_of_one_together() -> None:
    found = [
        refused("Ann", "familyName is required"),
        refused("Bo", "familyName is required"),
        refused("Cy", "The userName 'cy@a.example' is taken"),
        refused("Di", "The userName 'di@a.example' is taken"),
        refused("Ops", "member 00000000-0000-4000-8000-000000000001 cannot be found"),
        refused("Dev", "member 00000000-0000-4000-8000-000000000002 cannot be found"),
        refused("Ed", "try again", status="503"),
    ]

    groups = by_error(map(read_entry, found))

    assert sorted((each.people, each.last.advice) for each in groups) == [
        (["Ann", "Bo"], advice(INCOMPATIBLE, 400)),
        (["Cy", "Di"], advice(INCOMPATIBLE, 400)),
        (["Dev", "Ops"], advice(INCOMPATIBLE, 400)),
        (["Ed"], advice(INCOMPATIBLE, 503)),
    ]


def test_answers_that_need_different_actions_are_counted_apart_although_none_is_in_scim() -> None:
    found = [summary(code=INCOMPATIBLE) for _ in range(2)]
    for entry, said in zip(found, ("BadGateway Web Response: <html>", "NotFound Web Response: <html>"), strict=True):
        entry["provisioningStatusInfo"]["errorInformation"]["reason"] = f"StatusCode: {said}"

    todo = sorted(str(each.last.advice) for each in by_error(map(read_entry, found)))

    assert [each.partition(";")[0].partition(":")[0] for each in todo] == [
        "GreenLake failed",
        "what answered is not a SCIM service as Entra knows them",
    ]


def test_a_failure_without_a_code_is_counted_and_a_success_is_not() -> None:
    (group,) = by_error(map(read_entry, [summary(code=""), summary(code="", status="success")]))

    assert (group.status, group.code, group.count) == ("failure", "no code given", 1)


def test_a_reason_is_whole_for_scripts() -> None:
    end = "It will be retried again after this date: 2026-11-27T21:49:50.5340673Z UTC"
    error = {"errorCode": "X", "reason": f"StatusCode: 500 {BOILERPLATE} {'It failed. ' * 60}{end}"}

    reason = read_entry(summary(provisioningStatusInfo={"status": "failure", "errorInformation": error})).data()[
        "reason"
    ]

    assert reason == error["reason"]
