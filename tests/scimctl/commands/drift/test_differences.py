"""What is drift, what is due, what is pending and what is not known follows from outputs and plans alone."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from providers.timestamps import from_text
from scimctl.commands.drift.differences import Difference, Kind, differences
from scimctl.commands.drift.drift import in_markdown, reported
from scimctl.engine.preview import Preview, Seen
from stacks.config import StackConfig
from stacks.sections import Adopted, App

Json = dict[str, Any]

ISSUED = from_text("2026-11-01T00:00:00Z")
DAY = timedelta(days=1)
POLICY: Json = {
    "api_url": "https://a", "tenant_url": "https://a/b", "remove_current": False, "every": "60d", "renew_before": "",
    "adopt_existing": False, "token_field": "", "expiry_field": "", "rotate_when_changed": {}, "workspace": "",
}  # fmt: skip
TOKEN: Json = {
    **POLICY, "state": "accepted", "issued_at": "2026-11-01T00:00:00Z", "expires_at": "2027-01-30T00:00:00Z",
    "rotate_after": "2026-12-31T00:00:00Z", "rotated_for": {}, "adopted": False,
    "fingerprint": "f",
}  # fmt: skip
STATUS: Json = {
    "status": "on", "schedule_state": "Active", "status_code": "Active", "quarantine_reason": "", "overlap": "closed",
    "credentials_state": "accepted", "tested_fingerprint": "f", "token_fingerprint": "f",
    "token_issued_at": "2026-11-01T00:00:00Z", "undeclared_principals": [],
}  # fmt: skip


def seen(kind: str, name: str, **facts: Any) -> Seen:
    return Seen(f"urn:pulumi:prod::greenlake-scim::{kind}::{name}", kind, **facts)


def token(planned: str = "same", after: Json | None = None, **outputs: Any) -> Seen:
    found = {**TOKEN, **outputs}
    return seen(
        "pulumi-python:dynamic/greenlake:ScimProxyToken",
        "token",
        recorded=TOKEN,
        found=found,
        before=POLICY,
        after=after or POLICY,
        planned=planned,
    )


def status(planned: str = "same", **outputs: Any) -> Seen:
    kind, found = "pulumi-python:dynamic/entra:ProvisioningStatus", {**STATUS, **outputs}
    return seen(kind, "status", recorded=STATUS, found=found, planned=planned)


def judged(
    *resources: Seen,
    said: tuple[str, ...] = (),
    unresolved: tuple[str, ...] = (),
    days: float = 1,
    ours: bool = True,
    adopted: bool = False,
) -> list[tuple[Kind, str]]:
    """Return kind and words of each difference, some days after the token was issued."""
    app = App(mode="create" if ours else "existing")
    config = StackConfig.model_construct(app=app, adopted=Adopted(job="j") if adopted else None)
    preview = Preview({each.urn: each for each in resources}, said, [], unresolved)
    return [(each.kind, each.what) for each in differences(preview, config, ISSUED + days * DAY)]


def test_all_as_declared_is_nothing() -> None:
    assert judged(token(), status()) == []


def test_an_adopted_token_that_nobody_may_ask_about_is_reported_unless_entra_was_seen_to_use_it() -> None:
    adopted = token(state="unknown", adopted=True)

    assert judged(adopted, status()) == []
    for unseen in (status(tested_fingerprint="another"), status(credentials_state="untested")):
        told = [what for kind, what in judged(adopted, unseen) if kind is Kind.UNTESTED]
        assert "GreenLake was not asked: it was adopted a short while ago, and may not be in use yet" in told


def test_a_token_that_is_due_by_the_stack_file_as_it_is_now_is_a_rotation() -> None:
    shorter = {**POLICY, "every": "7d"}

    rotation, pending = judged(token("update", shorter), days=8)
    assert rotation == (Kind.ROTATION, "a rotation is due: due since 24 h: 7 days of 90 days")
    assert pending[0] is Kind.PENDING
    assert [kind for kind, _ in judged(token("update", shorter), days=6)] == [Kind.PENDING]


@pytest.mark.parametrize("change", [{"tenant_url": "https://evil.example"}, {"remove_current": True}])
def test_a_rotation_that_is_due_hides_nothing_that_waits_for_its_approval(change: Json) -> None:
    found = judged(token("update", {**POLICY, **change}), days=70)

    assert [kind for kind, _ in found] == [Kind.ROTATION, Kind.PENDING]


def test_a_stranger_hides_no_status_that_waits_for_its_approval() -> None:
    switched = status("update", undeclared_principals=["Group Theirs"])
    found = judged(replace(switched, before={"status": "on"}, after={"status": "off"}))

    assert {kind for kind, _ in found} == {Kind.CHANGED, Kind.PENDING}


def test_a_resource_that_nobody_knows_here_waits_for_its_approval_too() -> None:
    new = seen("azuread:index/group:Group", "theirs", after={"displayName": "Theirs"}, planned="create")

    ((kind, what),) = judged(new)
    assert (kind, what.startswith("theirs: create")) == (Kind.PENDING, True)


def test_two_groups_with_names_like_tokens_are_two_differences() -> None:
    kind = "azuread:index/appRoleAssignment:AppRoleAssignment"
    gone = [seen(kind, name, recorded={"id": "1"}) for name in ("group sg-greenlake-admins-prod-01", "group SG_2026_b")]

    assert [what for _, what in judged(*gone)] == [
        "group SG_2026_b is not assigned any more",
        "group sg-greenlake-admins-prod-01 is not assigned any more",
    ]


@pytest.mark.parametrize("planned", ["same", "update"])
def test_a_refused_token_is_drift_and_no_mere_rotation(planned: str) -> None:
    assert [kind for kind, _ in judged(token(planned, POLICY, state="refused"))] == [Kind.CHANGED]


def test_a_token_that_has_expired_and_could_not_be_asked_about_is_a_rotation() -> None:
    found = judged(token("update", POLICY, state="unknown"), days=100)

    assert found[0] == (Kind.ROTATION, "a rotation is due: expired 10 days ago")
    assert found[1][0] is Kind.UNTESTED


def test_in_an_open_overlap_a_rotation_waits_and_the_tests_too() -> None:
    waits = token("update", POLICY, state="overlap")
    preview = Preview({waits.urn: waits}, [], [])
    first, second = differences(preview, StackConfig.model_construct(app=App()), ISSUED + 70 * DAY)

    assert (first.kind, first.up) == (Kind.ROTATION, "finish the overlap: test the new token between two cycles")
    assert second.kind is Kind.UNTESTED
    assert judged(status(credentials_state="untested", overlap="open")) == [
        (Kind.UNTESTED, "the credentials were not tested: the overlap of the last rotation is open")
    ]


def test_after_a_rotation_that_could_not_be_read_the_next_up_leaves_the_token_alone() -> None:
    unread = token("update", POLICY, unknown_newer_since="2026-12-31T00:00:00Z")
    preview = Preview({unread.urn: unread}, [], [])

    found = differences(preview, StackConfig.model_construct(app=App()), ISSUED + 70 * DAY)

    assert [each.kind for each in found] == [Kind.ROTATION, Kind.PENDING]
    assert {each.up for each in found} == {
        "leave the token in use alone; set greenlake.tokenField, then run `scimctl token rotate`"
    }


def test_what_the_provider_printed_of_a_test_that_was_not_made_is_the_reason() -> None:
    sentence = "a provisioning cycle is running, so the credentials were not tested"

    assert judged(
        status(credentials_state="untested"),
        said=(f"provisioning status: {sentence}", "provisioning status: waiting up to 10 s"),
    ) == [(Kind.UNTESTED, sentence)]


def test_only_an_answer_that_we_miss_ourselves_means_that_drift_could_not_look() -> None:
    of_entra = "Entra does not reach GreenLake (CredentialValidationUnavailable), so nothing was tested"
    places = [
        (Kind.UNTESTED, of_entra),
        (Kind.CHANGED, "GreenLake gave no answer"),
        (Kind.UNTESTED, "GreenLake gave no answer"),
    ]
    found = [Difference(kind, "Provisioning", what, "look again") for kind, what in places]
    assert [each.unreached for each in found] == [False, False, True]


def test_a_token_that_stays_untested_for_more_than_an_hour_is_drift() -> None:
    untested = status(credentials_state="untested", overlap="open", tested_fingerprint="older")

    assert judged(untested, days=0.02)[0][0] is Kind.UNTESTED
    assert judged(untested, days=0.5)[0] == (Kind.CHANGED, "the token issued 12 h ago has not been tested")


@pytest.mark.parametrize(("ours", "kind"), [(True, Kind.CHANGED), (False, Kind.NOTE)])
def test_a_stranger_is_drift_for_an_application_of_ours_and_else_a_note(ours: bool, kind: Kind) -> None:
    assert judged(status(undeclared_principals=["User mallory@example.com"]), ours=ours) == [
        (kind, "User mallory@example.com is assigned by somebody else, or by a run that was cut off")
    ]


@pytest.mark.parametrize(("adopted", "kind"), [(False, Kind.CHANGED), (True, Kind.NOTE)])
def test_a_second_job_is_drift_unless_the_application_was_adopted_with_it(adopted: bool, kind: Kind) -> None:
    ((told, what),) = judged(status(undeclared_jobs=["scim.x"]), ours=False, adopted=adopted)
    assert (told, "another job, scim.x, " in what) == (kind, True)


def test_an_entry_that_entra_does_not_know_is_drift_unless_it_may_not_be_looked_up() -> None:
    gone = 'access.groups: no security group is named "A" in this tenant: create it; until then nobody is unassigned'
    denied = "access.users: reading this user was denied: grant User.Read.All"
    assert judged(status(), unresolved=(gone, denied)) == [
        (Kind.CHANGED, 'access.groups: no security group is named "A" in this tenant: create it'),
        (Kind.UNTESTED, denied),
    ]


def test_a_renamed_group_that_is_pinned_is_a_note() -> None:
    renamed = 'access.groups: the group 5cd3 is named "B" now, not "A"'
    assert judged(status(), said=(renamed, "something else")) == [(Kind.NOTE, renamed)]


def test_an_assignment_that_is_gone_is_reported_by_the_name_of_its_group() -> None:
    recorded = {"principalDisplayName": "Admins", "principalObjectId": "5cd3"}
    group = seen("azuread:index/appRoleAssignment:AppRoleAssignment", "group 5cd3", recorded=recorded)
    assert judged(group) == [(Kind.CHANGED, "group Admins is not assigned any more")]


def test_an_assignment_is_reported_by_what_the_stack_file_calls_its_group() -> None:
    component = seen(
        "greenlake-scim:entra:GroupAssignments",
        "access",
        outputs={"principals": {"5cd3": "group A", "6cd3": "user b@c"}},
    )
    kind = "azuread:index/appRoleAssignment:AppRoleAssignment"
    gone = seen(kind, "group 5cd3", recorded={"principalDisplayName": "Admins", "principalObjectId": "5cd3"})
    new = seen(kind, "user 6cd3", planned="create", after={"principalObjectId": "6cd3"})
    assert [what.partition(",")[0] for _, what in judged(component, gone, new)] == [
        "group A is not assigned any more",
        "user b@c: create",
    ]


def test_what_belongs_to_something_that_is_gone_is_not_reported_beside_it() -> None:
    application = seen("azuread:index/applicationFromTemplate:ApplicationFromTemplate", "application")
    group = seen("azuread:index/appRoleAssignment:AppRoleAssignment", "group Admins")
    gone = [replace(each, recorded={"id": "1"}) for each in (application, group, status())]

    assert [what for _, what in judged(*(replace(each, found=None) for each in gone))] == [
        "the application was deleted, and with it all of its provisioning"
    ]
    assert [what for _, what in judged(replace(gone[1], found=None))] == ["group Admins is not assigned any more"]


def test_a_property_is_reported_with_both_values_unless_it_is_secret() -> None:
    mark = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", "ciphertext": "[secret]"}
    application = seen(
        "azuread:index/applicationFromTemplate:ApplicationFromTemplate",
        "application",
        recorded={"displayName": "HPE GreenLake SCIM", "key": mark},
        found={"displayName": "Renamed", "key": mark},
        differs=("displayName", "key"),
    )

    assert [what for _, what in judged(application)] == [
        "displayName is Renamed instead of HPE GreenLake SCIM",
        "key has changed",
    ]


def test_credentials_that_differ_are_drift_and_those_that_only_follow_a_rotation_are_nothing() -> None:
    secret = seen(
        "azuread:index/synchronizationSecret:SynchronizationSecret", "secret", recorded={"id": "1"}, found={"id": "1"}
    )
    due = token("update", {**POLICY, "rotate_when_changed": {"audit": "1"}})

    assert [kind for kind, _ in judged(replace(secret, differs=("credentials",)))] == [Kind.CHANGED]
    assert [kind for kind, _ in judged(replace(secret, planned="update"), due, status("update"))] == [Kind.ROTATION]
    assert [kind for kind, _ in judged(replace(secret, planned="update"), token())] == [Kind.PENDING]


def test_markdown_is_a_table_in_which_the_names_of_others_are_text() -> None:
    stranger = Difference(Kind.CHANGED, "Users and groups", "Group `@x` | y is assigned by somebody else", "do nothing")
    report = reported("prod", [stranger])

    assert report.code == 7
    assert in_markdown(report.data)[0] == "### Stack `prod`: 1 changed by somebody else"
    assert in_markdown(report.data)[2:] == [
        "|  | Where | Difference | `pulumi up --refresh` would |",
        "| --- | --- | --- | --- |",
        "| changed | Users and groups | `Group '@x' \\| y is assigned by somebody else` | do nothing |",
    ]
