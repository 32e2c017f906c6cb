"""What earlier runs left is read from the state that the engine returns, by kind and object id."""

from collections.abc import Mapping
from contextlib import suppress
from types import SimpleNamespace
from typing import Any

import pulumi
import pytest

from components.deployed import Deployed, of_resources, read_deployed
from tests.program.mocked_run import TENANT, Directory, run

_URN = "urn:pulumi:prod::greenlake-scim::"
_UNDER = f"{_URN}greenlake-scim:entra:GroupAssignments$azuread:index/appRoleAssignment:AppRoleAssignment::"
_STATE: Mapping[str, Any] = {
    f"{_URN}pulumi:pulumi:Stack::greenlake-scim-prod": {"type": "pulumi:pulumi:Stack", "outputs": {"status": "on"}},
    f"{_URN}pulumi-python:dynamic/greenlake:ScimProxyToken::token": {
        "type": "pulumi-python:dynamic/greenlake:ScimProxyToken",
        "outputs": {"token": "canary"},
    },
    f"{_URN}greenlake-scim:entra:ProvisioningConnection$azuread:index/synchronizationJob:SynchronizationJob::job": {
        "type": "azuread:index/synchronizationJob:SynchronizationJob",
        "outputs": {},
    },
    f"{_UNDER}group A: one": {
        "type": "azuread:index/appRoleAssignment:AppRoleAssignment",
        "outputs": {"principalObjectId": "1-1"},
    },
}
_APPLICATIONS = {
    "azuread:index/applicationFromTemplate:ApplicationFromTemplate": {"servicePrincipalObjectId": "sp"},
    "pulumi-python:dynamic/entra:UnclaimedApplication": {"service_principal_id": "sp"},
}


def _read(state: Mapping[str, Any]) -> Deployed:
    found: list[Deployed] = []
    run(lambda: found.append(read_deployed(TENANT)), Directory({}, state))
    return found[0]


def test_an_empty_stack_has_nothing() -> None:
    assert _read({}) == Deployed()


def test_assignments_are_known_by_who_is_assigned_and_nothing_is_kept_of_the_rest() -> None:
    found = _read(_STATE)
    assert found == Deployed(
        has_token=True, has_job=True, assignments={"1-1": "group A: one"}, labels={"1-1": "group A: one"}, principals=[]
    )
    assert "canary" not in repr(found)


def test_a_run_that_failed_left_when_it_began() -> None:
    began = "2026-11-29T10:00:00Z"
    root = next(iter(_STATE))
    assert _read(_STATE).failed_run == ""
    failed = {"type": "pulumi:pulumi:Stack", "outputs": {"failed_run_began": began}}
    assert _read({**_STATE, root: failed}).failed_run == began


def test_an_application_that_left_state_is_known_by_the_outputs_of_the_last_complete_run() -> None:
    root = {"type": "pulumi:pulumi:Stack", "outputs": {"application_object_id": "one"}}
    found = _read({**_STATE, next(iter(_STATE)): root})
    assert (found.service_principal_id, found.application_object_id) == ("", "one")


def test_a_run_that_fails_keeps_the_outputs_of_the_one_before(monkeypatch: pytest.MonkeyPatch) -> None:
    registered: list[dict[str, Any]] = []

    def register(_root: object, outputs: dict[str, Any]) -> None:
        registered.append(outputs)

    monkeypatch.setattr(pulumi.ComponentResource, "register_outputs", register)
    _read(_STATE)

    (kept,) = [each for each in registered if "failed_run_began" in each]
    assert {name for name in kept if name != "failed_run_began"} == {"status"}


@pytest.mark.parametrize(("said", "times"), [("failed to load checkpoint: EOF", 3), ("denied", 1)])
def test_only_state_that_the_engine_is_writing_is_read_again(
    monkeypatch: pytest.MonkeyPatch, said: str, times: int
) -> None:
    asked: list[str] = []

    def invoke(function: str, _arguments: object) -> object:
        asked.append(function)
        if len(asked) < 3:
            raise Exception(said)  # noqa: TRY002 - what the SDK raises
        return SimpleNamespace(value={"outputs": {}})

    monkeypatch.setattr("components.deployed.invoke", invoke)
    with suppress(Exception):
        read_deployed(TENANT)

    assert len(asked) == times


def test_what_the_stack_file_called_them_and_who_was_to_be_assigned_is_known() -> None:
    named = {
        "type": "greenlake-scim:entra:GroupAssignments",
        "outputs": {"principals": {"1-1": "group B", "2-2": "group C"}},
    }
    status = {"type": "pulumi-python:dynamic/entra:ProvisioningStatus", "outputs": {"principals": ["1-1", "2-2"]}}
    found = of_resources({**_STATE, f"{_URN}x::access": named, f"{_URN}y::status": status})
    assert found.labels == {"1-1": "group B", "2-2": "group C"}
    assert found.principals == ["1-1", "2-2"]
    older = {**named, "outputs": {"principals": ["1-1"]}}
    assert of_resources({**_STATE, f"{_URN}x::access": older}).labels == {"1-1": "group A: one"}


@pytest.mark.parametrize("kind", _APPLICATIONS)
def test_the_application_is_that_of_the_stack_whether_made_or_taken(kind: str) -> None:
    urn = f"{_URN}greenlake-scim:entra:EnterpriseApp${kind}::x"
    assert of_resources({urn: {"type": kind, "outputs": _APPLICATIONS[kind]}}).service_principal_id == "sp"


def test_what_somebody_has_imported_outside_of_the_components_is_lacking_until_the_program_takes_it_over() -> None:
    stray = f"{_URN}azuread:index/synchronizationJob:SynchronizationJob::mine"
    outputs = {"id": "/servicePrincipals/sp/synchronization/jobs/a"}
    found = of_resources({stray: {"type": "azuread:index/synchronizationJob:SynchronizationJob", "outputs": outputs}})

    made = "/servicePrincipals/sp/synchronization/jobs/b"
    of_stray, of_another, of_none = (found.taking_over(each) for each in (outputs["id"], made, ""))

    assert not found.has_job
    assert (of_stray.aliases, of_stray.import_) == ([stray], None)
    assert (of_another.aliases, of_another.import_) == (None, made)
    assert (of_none.aliases, of_none.import_) == (None, None)


@pytest.mark.parametrize("outputs", [{"tenant_id": TENANT[:-1] + "0"}, {"job_id": f"scim.{'ab' * 16}.app"}])
def test_a_stack_that_is_in_another_tenant_stops_before_azuread_is_asked_or_anything_is_registered(
    outputs: dict[str, str],
) -> None:
    urn = f"{_URN}pulumi-python:dynamic/entra:SynchronizationSchema::mappings"
    schema = {"type": "pulumi-python:dynamic/entra:SynchronizationSchema", "outputs": outputs}
    with pytest.raises(
        pulumi.RunError, match=f"this stack was deployed to the Entra tenant .*, and its file names {TENANT}"
    ):
        _read({**_STATE, urn: schema})
    schema["outputs"] = {"tenant_id": TENANT}
    assert _read({**_STATE, urn: schema}).has_token
