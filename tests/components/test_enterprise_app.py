"""The enterprise application, made here or taken as it is."""

from typing import Any

import pulumi
import pytest

from components.deployed import Deployed
from components.enterprise_app import EnterpriseApp
from components.principals import Principal, Principals
from providers.entra.application.deleted_application import MAKE_AGAIN, RESTORE
from providers.errors import ForbiddenError, UnreachableError
from providers.output import BY_RUN
from tests.program.mocked_run import SERVICE_PRINCIPAL, USER_ROLE, Directory, Run, configured, run

_FOUND = {"id": SERVICE_PRINCIPAL, "displayName": "SSO-Integration", "appRoles": [USER_ROLE]}
_PEOPLE = Principals((Principal("A", "group", "a"), Principal("b", "user", "b")))


def _run(app: dict[str, str], found: Any, name: str = SERVICE_PRINCIPAL, **sections: Any) -> Run:
    def program() -> None:
        made = EnterpriseApp("app", configured(app=app, **sections), _PEOPLE)
        pulumi.export("service_principal_id", made.service_principal_id)
        pulumi.export("application_object_id", made.application_object_id)
        pulumi.export("user_role_id", made.user_role_id)

    return run(program, Directory({SERVICE_PRINCIPAL: _FOUND, name: found}))


def _existing(name: str) -> dict[str, str]:
    return {"name": name, "mode": "existing"}


def test_an_application_is_made_from_the_template_that_can_provision() -> None:
    ran = _run({"name": "HPE GreenLake SCIM (dev)"}, _FOUND)
    assert ran.named("application").inputs == {
        "displayName": "HPE GreenLake SCIM (dev)",
        "templateId": "8adf8e6e-67b2-4cf2-a259-e3dc5476c621",
    }
    assert ran.exports == {
        "service_principal_id": SERVICE_PRINCIPAL,
        "application_object_id": "application",
        "user_role_id": "role-user",
    }
    assert ran.asked == [
        ("service_principals", "HPE GreenLake SCIM (dev)"),
        ("service_principal", SERVICE_PRINCIPAL),
    ]


@pytest.mark.parametrize(
    ("found", "said"), [(_FOUND, True), ([], False), (ForbiddenError("may not", status=403), False)]
)
def test_a_first_deployment_is_warned_of_an_application_that_has_its_name_already(
    found: Any, said: bool, caplog: pytest.LogCaptureFixture
) -> None:
    _run({"name": "SSO"}, found, "SSO")
    printed = caplog.text
    assert (f'Entra has an enterprise application named "SSO" already ({SERVICE_PRINCIPAL})' in printed) == said
    assert ("scimctl adopt --app SSO" in printed) == said


@pytest.mark.parametrize("name", ["SSO-Integration", SERVICE_PRINCIPAL])
def test_an_existing_application_is_looked_up_and_never_managed(name: str) -> None:
    ran = _run(_existing(name), _FOUND, name)
    assert ran.asked == [("service_principals", name)]
    assert [registration.kind for registration in ran.registrations] == ["EnterpriseApp", "UnclaimedApplication"]
    assert ran.exports == {
        "service_principal_id": SERVICE_PRINCIPAL,
        "application_object_id": "",
        "user_role_id": "role-user",
    }


def test_an_existing_application_is_checked_against_all_that_will_be_set_on_it() -> None:
    notified = {"notificationEmail": "it@contoso.example"}
    ran = _run(_existing("SSO-Integration"), _FOUND, "SSO-Integration", provisioning=notified)
    checked = ran.named("unclaimed").inputs
    assert checked["service_principal_id"] == SERVICE_PRINCIPAL
    assert checked["application_name"] == "SSO-Integration"
    assert checked["principals"] == ["a", "b"]
    assert checked["credential_keys"] == ["BaseAddress", "SecretToken", "SyncAll", "SyncNotificationSettings"]


@pytest.mark.parametrize(
    ("why", "line"),
    [
        (
            [],
            'app.name: no enterprise application is named "SSO" in this tenant: correct it, or set app.mode: create',
        ),
        (
            [_FOUND, _FOUND],
            'app.name: more than one enterprise application is named "SSO" in this tenant: write its object id instead',
        ),
        (
            ForbiddenError("Graph: find among the servicePrincipals was answered 403: grant it", status=403),
            "app.name: Graph: find among the servicePrincipals was answered 403: grant it",
        ),
    ],
)
def test_an_existing_application_that_cannot_be_used_stops_before_anything_is_registered(why: Any, line: str) -> None:
    directory = Directory({"SSO": why})
    with pytest.raises(pulumi.RunError) as refused:
        run(lambda: _ignore(EnterpriseApp("app", configured(app=_existing("SSO")), Principals())), directory)
    assert str(refused.value) == line


@pytest.mark.parametrize(
    ("there", "todo"),
    [
        (_FOUND, 'the one of this stack is named "SSO-Integration" now: correct app.name'),
        ([], RESTORE),
    ],
)
def test_only_a_deployed_application_that_is_gone_by_its_id_is_to_be_restored(there: Any, todo: str) -> None:
    people = Principals(deployed=Deployed(service_principal_id=SERVICE_PRINCIPAL))
    directory = Directory({SERVICE_PRINCIPAL: there})
    with pytest.raises(pulumi.RunError) as refused:
        run(lambda: _ignore(EnterpriseApp("app", configured(app=_existing("SSO")), people)), directory)
    assert str(refused.value) == f'app.name: no enterprise application is named "SSO" in this tenant: {todo}'


def test_an_adopted_application_that_is_gone_points_to_the_undo_of_the_adoption(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    directory = Directory({})
    config = configured(app=_existing("SSO"), adopted={"job": "scim.1"}, protect=True)
    with pytest.raises(pulumi.RunError, match=r"let go of the adoption with `scimctl adopt --undo`$"):
        run(lambda: _ignore(EnterpriseApp("app", config, Principals())), directory)
    monkeypatch.setenv(BY_RUN, "true")
    with pytest.raises(pulumi.RunError, match=r"let go of the adoption with `./run scimctl adopt --undo`$"):
        run(lambda: _ignore(EnterpriseApp("app", config, Principals())), directory)


def test_an_application_of_ours_that_is_gone_is_made_again_by_a_refresh(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("components.enterprise_app.remedy", MAKE_AGAIN.format)  # whatever it is asked
    with pytest.raises(pulumi.RunError) as refused:
        _run({}, [])
    assert str(refused.value) == (
        'app.name: no enterprise application is named "HPE GreenLake SCIM" in this tenant: `pulumi up --refresh` makes '
        "it again"
    )


def test_a_role_that_cannot_be_read_ends_the_run_in_one_line() -> None:
    with pytest.raises(pulumi.RunError, match=r"^app.name: Graph: no answer: run again$"):
        _run({}, UnreachableError("Graph: no answer: run again", sent=False))


def test_an_application_without_a_fitting_role_stops_the_run_with_the_roles_that_it_has() -> None:
    with pytest.raises(pulumi.RunError) as refused:
        _run({}, {**_FOUND, "appRoles": [{**USER_ROLE, "displayName": name} for name in ("Reader", "Writer")]})
    assert str(refused.value) == (
        'app.name: the application "HPE GreenLake SCIM" has no role named User to give to groups and users (it has '
        "Reader, Writer): add one under App roles of its registration"
    )


@pytest.mark.parametrize("app", [{}, _existing("SSO")])
@pytest.mark.parametrize("change", [{"displayName": "People"}, {"isEnabled": False}])
def test_a_role_that_somebody_renamed_or_disabled_stops_no_run_of_a_stack_that_gives_it(
    app: dict[str, str], change: dict[str, Any]
) -> None:
    found = {**_FOUND, "appRoles": [{**USER_ROLE, "displayName": "Reader", "id": "another"}, {**USER_ROLE, **change}]}
    people = Principals(
        deployed=Deployed(service_principal_id=SERVICE_PRINCIPAL, has_job=True, role=str(USER_ROLE["id"]))
    )

    def program() -> None:
        pulumi.export("role", EnterpriseApp("app", configured(app=app), people).user_role_id)

    assert run(program, Directory({SERVICE_PRINCIPAL: found, "SSO": found})).exports == {"role": USER_ROLE["id"]}


def _ignore(_: object) -> None:
    """A program returns nothing."""
