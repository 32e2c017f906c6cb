from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pytest

from providers.entra.application.claims import claims


@dataclass(frozen=True)
class Found:
    """What a look at an application shows; by itself one that nobody set up."""

    jobs: Sequence[str] = ()
    job_template: str = "scim"
    keys: Sequence[str] = ()
    assignments: Sequence[dict[str, Any]] = ()
    templates: Sequence[str] = ("scim",)


CREDENTIALS = ["BaseAddress", "SecretToken", "SyncAll"]
SALES = {"principalId": "g1", "principalType": "Group", "principalDisplayName": "Sales"}
NOTIFICATIONS = (
    "notification settings were made in the portal: set provisioning.notificationEmail or "
    "provisioning.deleteThreshold to what they are, so that they are kept"
)
STRANGER = {"principalId": "g9", "principalType": "Group", "principalDisplayName": "Others"}


def claimed(found: Found, declared_keys: Sequence[str] = tuple(CREDENTIALS)) -> list[str]:
    found_claims = claims(
        name="SSO Integration",
        jobs=[{"id": job, "templateId": found.job_template} for job in found.jobs],
        keys=found.keys,
        assignments=found.assignments,
        templates=found.templates,
        declared_keys=declared_keys,
        principals=["g1", "u1"],
    )
    return [claim.line for claim in found_claims]


@pytest.mark.parametrize(
    "found",
    [
        Found(),
        Found(templates=["other", "scim"]),
        Found(keys=["SecretToken", "BaseAddress"]),
        Found(assignments=[STRANGER]),
    ],
)
def test_an_application_that_nobody_set_up_has_no_claims(found: Found) -> None:
    assert claimed(found) == []


@pytest.mark.parametrize("templates", [[], ["SCIM", "custom"]])
def test_an_application_without_the_scim_template_is_not_fit(templates: list[str]) -> None:
    assert claimed(Found(templates=templates)) == [
        (
            "it offers no synchronization template `scim`, so it was not made as a non-gallery application: "
            "set app.mode to create, or name another application"
        )
    ]


@pytest.mark.parametrize("template", ["scim", "customappsso"])
def test_an_application_that_provisions_already_is_adopted_and_nothing_else_has_to_be_done(template: str) -> None:
    provisioned = Found(
        jobs=["scim.1"], job_template=template, keys=["Password", "SyncNotificationSettings"], assignments=[SALES]
    )

    assert claimed(provisioned) == [
        (
            "it has a synchronization job already (scim.1): run `scimctl adopt --app 'SSO Integration'`, which takes "
            "over what was set up, or delete it in the portal (Provisioning) if nobody uses it"
        )
    ]


def test_several_jobs_are_named_and_an_adoption_chooses() -> None:
    (line,) = claimed(Found(jobs=["scim.1", "scim.2"]))

    assert line.startswith("it has 2 synchronization jobs already (scim.1, scim.2): run `scimctl adopt --app ")


def test_a_job_of_another_kind_cannot_be_adopted() -> None:
    assert claimed(Found(jobs=["gsuite.1"], job_template="gsuite", templates=["gsuite"])) == [
        (
            "it offers no synchronization template `scim`, so it was not made as a non-gallery application: "
            "set app.mode to create, or name another application"
        ),
        (
            "it has a synchronization job that is not for SCIM (gsuite.1): set app.mode to create, or name another "
            "application"
        ),
    ]


def test_notification_settings_that_nobody_declared_would_be_wiped() -> None:
    settings = Found(keys=[*CREDENTIALS, "SyncNotificationSettings"])

    assert claimed(settings) == [NOTIFICATIONS]
    assert claimed(settings, [*CREDENTIALS, "SyncNotificationSettings"]) == []


def test_saved_credentials_that_nobody_declared_would_be_wiped() -> None:
    assert claimed(Found(keys=["BaseAddress", "UserName", "SyncNotificationSettings", "Password"])) == [
        NOTIFICATIONS,
        "it holds saved credentials that nobody declared (UserName, Password): clear them in the portal",
    ]


def test_a_principal_that_is_assigned_already_would_be_assigned_twice() -> None:
    user = {"principalId": "u1", "principalDisplayName": "\u00c1gnes"}

    assert claimed(Found(assignments=[STRANGER, SALES, user])) == [
        "Group Sales is assigned already: remove the assignment in the portal, or take it out of access",
        "principal \u00c1gnes is assigned already: remove the assignment in the portal, or take it out of access",
    ]


def test_a_principal_without_a_name_is_named_by_its_id() -> None:
    assert claimed(Found(assignments=[{**SALES, "principalDisplayName": None}]))[0].startswith("Group g1 is assigned")


def test_everything_that_was_found_is_reported_at_once() -> None:
    found = claimed(Found(jobs=["a"], job_template="other", keys=["Password"], assignments=[SALES], templates=[]))

    assert [line.split(" ")[:3] for line in found] == [
        ["it", "offers", "no"],
        ["it", "has", "a"],
        ["it", "holds", "saved"],
        ["Group", "Sales", "is"],
    ]
