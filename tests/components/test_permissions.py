"""A refusal of Graph that azuread tells by its status alone is told with the permission that is missing."""

import asyncio

import pulumi
import pytest

from components.permissions import missing_permission, naming_permissions

APPLICATION = "azuread:index/applicationFromTemplate:ApplicationFromTemplate"
ASSIGNMENT = "azuread:index/appRoleAssignment:AppRoleAssignment"
SECRET = "azuread:index/synchronizationSecret:SynchronizationSecret"
JOB = "azuread:index/synchronizationJob:SynchronizationJob"
REFUSED = "unexpected status 403 (403 Forbidden) with error: Authorization_RequestDenied: no"


@pytest.mark.parametrize(
    ("kind", "permission"),
    [
        (APPLICATION, "Application.ReadWrite.All"),
        (ASSIGNMENT, "AppRoleAssignment.ReadWrite.All"),
        (SECRET, "Synchronization.ReadWrite.All"),
        (JOB, "Synchronization.ReadWrite.All"),
    ],
)
def test_each_resource_names_the_permission_that_it_needs(kind: str, permission: str) -> None:
    assert f"the application permission {permission}, with admin consent" in missing_permission(kind, REFUSED)


@pytest.mark.parametrize("error", [REFUSED, "status 401", "insufficient PRIVILEGES to complete the operation"])
def test_every_wording_of_a_refusal_is_known(error: str) -> None:
    assert missing_permission(JOB, error)


@pytest.mark.parametrize("error", ["status 400", "status 1403", "", "status 500"])
def test_another_failure_is_no_missing_permission(error: str) -> None:
    assert missing_permission(JOB, error) == ""


def test_a_resource_that_is_not_azureads_is_left_alone() -> None:
    assert missing_permission("pulumi-python:greenlake:ScimProxyToken", REFUSED) == ""


def _failed(*errors: str) -> pulumi.ErrorHookArgs:
    return pulumi.ErrorHookArgs(
        urn="urn", id="", name="job", type=JOB, failed_operation="create", errors=list(errors),
        new_inputs=None, old_inputs=None, old_outputs=None,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("errors", "said"), [((REFUSED, "before"), True), (("status 400", REFUSED), False), ((), False)]
)
def test_the_last_failure_is_told_and_never_tried_again(
    errors: tuple[str, ...], said: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    monkeypatch.setattr(pulumi.log, "error", told.append)

    async def asked() -> object:  # a hook is made while a program runs
        (hook,) = naming_permissions("link").on_error or []
        return hook(_failed(*errors))

    assert asyncio.run(asked()) is False
    assert bool(told) is said
