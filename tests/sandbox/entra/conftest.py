"""An application that can be provisioned, with a job, and with a job that can reach GreenLake."""

from collections.abc import Iterator

import httpx
import pytest

from tests.sandbox.driver import World
from tests.sandbox.provisioning.application import connected

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
def connected_job(world: World) -> Iterator[str]:
    """The path of a job with working credentials, for the administrators' group; cycles run on request only."""
    with connected(world) as application:
        application.administrator.assign_groups(application.service_principal, ["GreenLake Administrators"])
        application.administrator.press(application.service_principal, application.job, "start")
        world.set(cycle_interval_s=24 * 3600)
        yield application.path
