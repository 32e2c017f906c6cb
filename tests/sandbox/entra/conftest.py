"""An application that can be provisioned, with a job, and with a job that can reach GreenLake."""

import httpx
import pytest

from tests.sandbox.driver import World

_TEMPLATE = "8adf8e6e-67b2-4cf2-a259-e3dc5476c621"


@pytest.fixture
def principal(graph: httpx.Client) -> str:
    """The object id of a fresh application's service principal."""
    made = graph.post(f"applicationTemplates/{_TEMPLATE}/instantiate", json={"displayName": "HPE GreenLake SCIM"})
    return made.json()["servicePrincipal"]["id"]


@pytest.fixture
def synchronization(principal: str) -> str:
    """The path of its synchronization."""
    return f"servicePrincipals/{principal}/synchronization"


@pytest.fixture
def job(graph: httpx.Client, synchronization: str) -> str:
    """The path of a job of it, that was never started."""
    made = graph.post(f"{synchronization}/jobs", json={"templateId": "scim"})
    return f"{synchronization}/jobs/{made.json()['id']}"


@pytest.fixture
def connected_job(world: World, graph: httpx.Client, principal: str, synchronization: str, job: str) -> str:
    """The path of a job with working credentials, for the administrators' group; cycles run on request only."""
    found = graph.get("groups", params={"$filter": "displayName eq 'GreenLake Administrators'"}).json()["value"]
    role = graph.get(f"servicePrincipals/{principal}").json()["appRoles"][0]["id"]
    assignment = {"principalId": found[0]["id"], "resourceId": principal, "appRoleId": role}
    assert graph.post(f"servicePrincipals/{principal}/appRoleAssignedTo", json=assignment).is_success
    secrets = {
        "BaseAddress": f"{world.sandbox.greenlake}/v1alpha1/scimproxy",
        "SecretToken": world.new_proxy_token(),
        "SyncAll": "false",
    }
    listed = [{"key": key, "value": value} for key, value in secrets.items()]
    assert graph.put(f"{synchronization}/secrets", json={"value": listed}).is_success
    world.set(cycle_interval_s=24 * 3600)
    assert graph.post(f"{job}/start").is_success
    return job
