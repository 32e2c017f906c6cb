"""An enterprise application that provisions into its world's workspace, and few enough people to count."""

import itertools
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx

from sandbox.by_hand.administrator import Administrator
from tests.sandbox.driver import PATIENCE_S, World
from tests.sandbox.greenlake.workspace import SCIM, Workspace

TEMPLATE = "8adf8e6e-67b2-4cf2-a259-e3dc5476c621"
_numbers = itertools.count()


@dataclass(frozen=True)
class Application:
    """Cycles run on request only: the interval of its world is long."""

    world: World
    workspace: Workspace
    graph: httpx.Client
    token: str
    service_principal: str
    role: str
    job: str

    @property
    def administrator(self) -> Administrator:
        return Administrator(self.world.about, self.graph, self.graph)

    @property
    def path(self) -> str:
        return f"servicePrincipals/{self.service_principal}/synchronization/jobs/{self.job}"

    def save(self, token: str | None = None, flag: str = "", **more: str) -> None:
        """Save credentials in Entra."""
        self.administrator.save_credentials(self.service_principal, token or self.token, flag, **more)

    def test(self) -> httpx.Response:
        return self.graph.post(f"{self.path}/validateCredentials", json={"useSavedCredentials": True})

    def new_user(self, name: str = "", **more: Any) -> str:
        number = next(_numbers)
        name = name or f"user{number}@{self.world.name}.example"
        body = {
            "accountEnabled": True,
            "displayName": f"User {number}",
            "givenName": "User",
            "surname": str(number),
            "mailNickname": f"user{number}",
            "userPrincipalName": name,
            "passwordProfile": {"password": "x"},
        }
        return self.graph.post("users", json=body | more).raise_for_status().json()["id"]

    def change_user(self, user: str, **values: Any) -> None:
        self.graph.patch(f"users/{user}", json=values).raise_for_status()

    def new_group(self, *members: str, **more: Any) -> str:
        number = next(_numbers)
        body: dict[str, Any] = {
            "displayName": f"Team {number}",
            "mailEnabled": False,
            "mailNickname": f"team{number}",
            "securityEnabled": True,
        }
        group = self.graph.post("groups", json=body | more).raise_for_status().json()["id"]
        for member in members:
            self.add_member(group, member)
        return group

    def add_member(self, group: str, member: str) -> None:
        reference = {"@odata.id": f"https://graph.microsoft.com/v1.0/directoryObjects/{member}"}
        self.graph.post(f"groups/{group}/members/$ref", json=reference).raise_for_status()

    def remove_member(self, group: str, member: str) -> None:
        self.graph.delete(f"groups/{group}/members/{member}/$ref").raise_for_status()

    def assign(self, principal: str) -> str:
        body = {"principalId": principal, "resourceId": self.service_principal, "appRoleId": self.role}
        path = f"servicePrincipals/{self.service_principal}/appRoleAssignedTo"
        return self.graph.post(path, json=body).raise_for_status().json()["id"]

    def unassign(self, assignment: str) -> None:
        self.graph.delete(
            f"servicePrincipals/{self.service_principal}/appRoleAssignedTo/{assignment}"
        ).raise_for_status()

    def edit(self, source: str, **changes: Any) -> None:
        """Change an object mapping; `only` keeps these target attributes, `add` appends attribute mappings."""
        self.administrator.edit_mapping(self.service_principal, self.job, source, **changes)

    def as_in_the_blog(self) -> None:
        """Four user attributes, and no updates of users."""
        self.administrator.edit_mappings_as_in_the_post(self.service_principal, self.job)

    def cycle(self) -> dict[str, Any]:
        return self.world.control("POST", f"/jobs/{self.job}/cycle")["execution"]

    def advance(self, seconds: int) -> None:
        """Let time pass, and sign in anew: the bearer for Graph lives an hour."""
        self.world.control("POST", "/clock", {"advance_s": seconds})
        self.graph.headers["Authorization"] = f"Bearer {self.world.sign_in('admin_client')}"

    def status(self) -> dict[str, Any]:
        return self.graph.get(self.path).json()["status"]

    def log(self) -> list[dict[str, Any]]:
        """List the log, oldest first."""
        return list(reversed(self.graph.get("auditLogs/provisioning", params={"$top": "999"}).json()["value"]))

    def error_codes(self) -> list[str | None]:
        """List the error code of each entry of the log, oldest first."""
        infos = [one["provisioningStatusInfo"]["errorInformation"] for one in self.log()]
        return [info and info["errorCode"] for info in infos]

    def pushes(self, since: int = 0) -> list[tuple[str, str]]:
        """List what the engine sent but for its test queries."""
        sent = [one for one in self.world.pushes(since) if not _is_test(one)]
        return [(one["method"], one["path"].removeprefix(f"{SCIM}/").split("/")[0]) for one in sent]

    def last_request(self) -> int:
        return self.world.last_request()

    def scim(self, kind: str) -> dict[str, dict[str, Any]]:
        """Return what is at the target, by userName or displayName."""
        with self.workspace.scim(self.token) as client:
            resources = client.get(kind, params={"count": "200"}).json()["Resources"]
        return {one["userName" if kind == "Users" else "displayName"]: one for one in resources}

    def lose(self, user: str) -> None:
        """Delete a user at the target, behind the engine's back."""
        with self.workspace.scim(self.token) as client:
            client.delete(f"Users/{self.scim('Users')[user]['id']}").raise_for_status()


def wait_until(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE_S
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.05)


def _is_test(request: dict[str, Any]) -> bool:
    """Recognize the two queries for what does not exist: a GUID in a matching attribute."""
    value = request["query"].rsplit("%22", 2)[-2] if "%22" in request["query"] else ""
    return request["method"] == "GET" and len(value) == 36 and "+and+" not in request["query"]


@contextmanager
def connected(world: World) -> Generator[Application]:
    """Make an application with a job and working credentials; nothing is assigned."""
    workspace = Workspace(world)
    world.set(cycle_interval_s=3600)
    with world.graph("admin_client") as graph:
        made = graph.post(f"applicationTemplates/{TEMPLATE}/instantiate", json={"displayName": "HPE GreenLake"}).json()
        principal = made["servicePrincipal"]
        role = next(one["id"] for one in principal["appRoles"] if one["displayName"] == "User")
        job = Administrator(world.about, graph, graph).make_job(principal["id"])
        application = Application(world, workspace, graph, workspace.create(), principal["id"], role, job)
        application.save()
        yield application
