"""What an administrator does by hand in the portal to an application that a workspace deployed."""

from collections.abc import Generator
from contextlib import contextmanager

from tests.e2e.workspace import Workspace
from tests.sandbox.greenlake.workspace import Workspace as GreenLake
from tests.sandbox.provisioning.application import Application

GROUP = "GreenLake Administrators"


@contextmanager
def portal(workspace: Workspace) -> Generator[Application]:
    """Open the application as an administrator."""
    outputs = workspace.outputs()
    with workspace.world.graph("admin_client") as graph:
        principal = graph.get(f"servicePrincipals/{outputs['service_principal_id']}").json()
        role = next(one["id"] for one in principal["appRoles"] if one["displayName"] == "User")
        place = (outputs["service_principal_id"], role, outputs["job_id"])
        yield Application(workspace.world, GreenLake(workspace.world), graph, workspace.token(), *place)


def new_member(application: Application, name: str) -> str:
    """Make a user who is a member of the assigned group."""
    user = application.new_user(name)
    groups = application.graph.get("groups", params={"$filter": f"displayName eq '{GROUP}'"}).json()["value"]
    application.add_member(groups[0]["id"], user)
    return user


def posts(workspace: Workspace, name: str, since: int = 0) -> int:
    """Count how often an action of the job was called."""
    sent = [one for one in workspace.world.requests(since) if one["method"] == "POST"]
    return len([one for one in sent if one["path"].endswith(f"/{name}")])


def last_request(workspace: Workspace) -> int:
    return workspace.world.last_request()
