"""What must be true in the end, and what must have been true in between."""

from tests.e2e.workspace import Workspace


def live_tokens(workspace: Workspace) -> list[str]:
    """Return the fingerprints of the tokens that GreenLake accepts."""
    return [each["fingerprint"] for each in workspace.world.control("GET")["tokens"] if each["live"]]


def cycle(workspace: Workspace, job: str) -> str:
    """Run a provisioning cycle with what Entra holds, and return how it ended."""
    state: str = workspace.world.control("POST", f"/jobs/{job}/cycle")["execution"]["state"]
    return state


def jobs(workspace: Workspace) -> list[str]:
    """Return the ids of the jobs that Entra has."""
    return [each["id"] for each in workspace.world.control("GET")["jobs"]]


def provisioned(workspace: Workspace) -> dict[str, int]:
    """Return how many users and groups GreenLake has."""
    counts: dict[str, int] = workspace.world.control("GET")["provisioned"]
    return counts


def assert_deployed(workspace: Workspace, expected: dict[str, int]) -> None:
    """One live token, the one that Entra holds; one job, one assignment, and everything provisioned."""
    outputs = workspace.outputs()
    assert jobs(workspace) == [outputs["job_id"]]
    assert cycle(workspace, outputs["job_id"]) == "Succeeded"
    assert live_tokens(workspace) == [outputs["token_fingerprint"]]
    assert provisioned(workspace) == expected
    assert _assigned(workspace, outputs["service_principal_id"]) == ["GreenLake Administrators"]


def assert_destroyed(workspace: Workspace, expected: dict[str, int]) -> None:
    """No token, no job, no resource in state; what was provisioned stays."""
    assert workspace.resources() == []
    assert jobs(workspace) == []
    assert live_tokens(workspace) == []
    assert provisioned(workspace) == expected


def _assigned(workspace: Workspace, principal: str) -> list[str]:
    with workspace.world.graph("admin_client") as graph:
        found = graph.get(f"servicePrincipals/{principal}/appRoleAssignedTo").raise_for_status().json()["value"]
    return [each["principalDisplayName"] for each in found]
