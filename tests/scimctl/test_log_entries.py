"""Entries of the provisioning logs are read tolerantly, and counted by what went wrong."""

from typing import Any

from scimctl.log_entries import by_error, read_entry


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


def test_an_entry_says_who_what_why_and_what_to_do() -> None:
    entry = read_entry(summary())

    assert entry.data() == {
        "time": "2026-11-01T10:00:00Z",
        "status": "failure",
        "action": "create",
        "type": "User",
        "id": "u1",
        "name": "Ann",
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


def test_a_success_needs_no_advice_and_is_no_failure() -> None:
    done = read_entry(summary(status="success", code="", provisioningSteps=None))

    assert (done.failed, done.advice, done.code, done.step) == (False, "", "", "")


def test_whoever_has_no_name_is_told_by_what_there_is() -> None:
    by_upn = {"id": "u1", "displayName": "", "details": {"UserPrincipalName": "ann@a.example"}}

    assert read_entry(summary(sourceIdentity=by_upn)).who == "ann@a.example"
    assert read_entry(summary(sourceIdentity={"id": "u1"})).who == "u1"
    assert read_entry({}).who == "not told"


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
