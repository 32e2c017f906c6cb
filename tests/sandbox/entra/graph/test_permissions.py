"""Without the right application role each call is refused, and as Graph refuses it."""

import pytest

from sandbox.core.settings import PROGRAM_PERMISSIONS
from tests.sandbox.driver import World

_SP = "servicePrincipals/any"
_CALLS = [
    ("Application.ReadWrite.All", "POST", "applicationTemplates/8adf8e6e-67b2-4cf2-a259-e3dc5476c621/instantiate", 403),
    ("Application.ReadWrite.All", "GET", "applications", 403),
    ("Application.ReadWrite.All", "DELETE", "applications/any", 403),
    ("Application.ReadWrite.All", "GET", "servicePrincipals", 403),
    ("AppRoleAssignment.ReadWrite.All", "POST", f"{_SP}/appRoleAssignedTo", 403),
    ("AppRoleAssignment.ReadWrite.All", "DELETE", f"{_SP}/appRoleAssignedTo/any", 403),
    ("Group.Read.All", "GET", "groups", 403),
    ("User.Read.All", "GET", "users/any", 403),
    ("ProvisioningLog.Read.All", "GET", "auditLogs/provisioning", 403),
    ("Synchronization.ReadWrite.All", "GET", f"{_SP}/synchronization/jobs", 401),
    ("Synchronization.ReadWrite.All", "POST", f"{_SP}/synchronization/jobs", 401),
    ("Synchronization.ReadWrite.All", "PUT", f"{_SP}/synchronization/secrets", 401),
    ("Synchronization.ReadWrite.All", "PUT", f"{_SP}/synchronization/jobs/any/schema", 401),
    ("Synchronization.ReadWrite.All", "POST", f"{_SP}/synchronization/jobs/any/validateCredentials", 401),
]
_ERRORS = {
    401: ("UnknownError", ""),
    403: ("Authorization_RequestDenied", "Insufficient privileges to complete the operation."),
}


@pytest.mark.parametrize(("permission", "method", "path", "status"), _CALLS)
def test_a_call_without_its_permission_is_refused_as_graph_refuses_it(
    world: World, permission: str, method: str, path: str, status: int
) -> None:
    world.set(permissions=[one for one in PROGRAM_PERMISSIONS if one != permission])
    with world.graph() as graph:
        answer = graph.request(method, path, json={} if method in ("POST", "PUT") else None)
    error = answer.json()["error"]
    assert (answer.status_code, error["code"], error["message"]) == (status, *_ERRORS[status])


@pytest.mark.parametrize(("method", "path"), sorted({call[1:3] for call in _CALLS}))
def test_the_same_call_passes_with_the_permissions_of_the_program(world: World, method: str, path: str) -> None:
    with world.graph() as graph:
        answer = graph.request(method, path, json={} if method in ("POST", "PUT") else None)
    assert answer.status_code in (200, 400, 404), answer.text


@pytest.mark.parametrize("path", ["groups/any", "users/any"])
def test_the_program_changes_no_users_and_no_groups(world: World, path: str) -> None:
    with world.graph() as graph:
        assert graph.delete(path).status_code == 403


def test_a_taken_permission_leaves_the_administrator_alone(world: World) -> None:
    world.set(permissions=[])
    with world.graph("admin_client") as admin:
        assert admin.get("groups").status_code == 200


@pytest.mark.parametrize(
    ("authorization", "message"),
    [
        ("", "Access token is empty."),
        ("Bearer x.y.z", "JWT is not well formed"),
        ("Basic eDp5", "Access token is empty."),
    ],
)
def test_a_call_without_a_token_of_this_tenant_is_unauthenticated(
    world: World, authorization: str, message: str
) -> None:
    sandbox = world.sandbox
    answer = sandbox.http.get(f"{sandbox.entra}/v1.0/groups", headers={"Authorization": authorization})
    assert (answer.status_code, answer.json()["error"]["code"]) == (401, "InvalidAuthenticationToken")
    assert message in answer.json()["error"]["message"]


def test_a_token_with_a_changed_claim_is_unauthenticated(world: World) -> None:
    head, _, signature = world.sign_in().split(".")
    forged = ".".join((head, world.sign_in("admin_client").split(".")[1], signature))
    sandbox = world.sandbox
    answer = sandbox.http.get(f"{sandbox.entra}/v1.0/groups", headers={"Authorization": f"Bearer {forged}"})
    assert answer.status_code == 401
