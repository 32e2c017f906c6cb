"""The sandbox's services without a process: every route, called directly, so that a defect shows as its traceback."""

import asyncio
import json
import ssl
from collections.abc import Coroutine, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import httpx
import pytest
import trustme
from starlette.applications import Starlette
from starlette.routing import BaseRoute, Mount, Route

from sandbox import app
from sandbox.core import jwt
from sandbox.core.store import Store
from sandbox.core.world import World, Worlds
from sandbox.entra.graph.permissions import EVERYTHING
from sandbox.provisioning import runner

T = TypeVar("T")
_URL = "https://127.0.0.1"
_TEMPLATE = "8adf8e6e-67b2-4cf2-a259-e3dc5476c621"
_YEAR_S = 365 * 24 * 3600


@dataclass(frozen=True)
class Target:
    """A route with one method, and where it is served."""

    service: Starlette
    method: str
    path: str


class InProcess:
    """Both services over one small world: an application with a job, people, and their counterparts."""

    def __init__(self, folder: Path, patch: pytest.MonkeyPatch) -> None:
        trustme.CA().cert_pem.write_to_path(str(folder / "ca.pem"))
        self.store = Store(folder / "store")
        self.worlds = Worlds(self.store, b"key")
        self.services = app.build(self.worlds, "key", folder / "ca.pem", (_URL, _URL))
        self._loop = asyncio.new_event_loop()
        self._clients = {one: self._client(one) for one in (self.services.entra, self.services.greenlake)}
        patch.setattr(runner, "connection", self.connection)
        self.world: World = self.worlds.create("whole")
        self.ids = self._filled()
        self.worlds.save(self.world)

    def connection(self, _: ssl.SSLContext | None = None) -> Any:
        """Return what the engine reaches GreenLake with."""
        return self._client(self.services.greenlake)

    @staticmethod
    def _client(service: Starlette) -> httpx.AsyncClient:
        return httpx.AsyncClient(transport=httpx.ASGITransport(service), base_url=_URL)

    def call(
        self, target: Target, content: bytes | None = None, query: dict[str, str] | None = None, **more: str
    ) -> httpx.Response:
        """Send a request, with more headers, as somebody who may do everything; a defect of ours raises."""
        headers = {"Authorization": f"Bearer {self._bearer(target.path)}", **more}
        client, path = self._clients[target.service], self.filled(target.path)
        return self.run(client.request(target.method, path, content=content, params=query, headers=headers))

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Let something asynchronous happen."""
        return self._loop.run_until_complete(work)

    def json(self, method: str, path: str, body: Any = None) -> Any:
        """Call a path that must succeed, and return its answer."""
        service = self.services.greenlake if path.startswith("/v1alpha1") else self.services.entra
        answer = self.call(Target(service, method, path), json.dumps(body).encode() if body is not None else None)
        assert answer.is_success, answer.text
        return answer.json() if answer.content else None

    def cycle(self) -> None:
        """Let the engine run, as it does in the background, where its defects would pass unseen."""
        path = f"/sandbox/worlds/{self.world.name}/jobs/{self.ids['job']}/cycle"
        assert self.call(Target(self.services.entra, "POST", path)).status_code in (200, 404)

    def close(self) -> None:
        self.store.close()
        self._loop.close()

    def restore(self) -> None:
        """Bring the world back to what it was at first."""
        self.world = self.worlds.restore(self.world) or self.world

    def targets(self) -> Iterator[Target]:
        """List every route and method of both services."""
        for service in (self.services.entra, self.services.greenlake):
            for path, route in _routes(service.routes):
                for method in sorted((route.methods or set()) - {"HEAD"}):
                    yield from (Target(service, method, one) for one in self._spelled(path))

    def filled(self, path: str) -> str:
        """Put what there is into the parameters of a path."""
        kind = path.removeprefix("/v1.0").removeprefix("/beta").strip("/").split("/")[0]
        names = {**self.ids, "id": self.ids.get(kind, self.ids["deleted"])}
        return path.format(**names).replace(" ", "%20")

    def _spelled(self, path: str) -> list[str]:
        """Name what a path ends in where any path is served."""
        if "{path:path}" not in path:
            return [path]
        scim = ("", "Users", "Groups", f"Users/{self.ids['scimUser']}", f"Groups/{self.ids['scimGroup']}", "Schemas")
        more = ("Users/.search", "Bulk", "Me", ".search", "ServiceProviderConfig", "ResourceTypes", "nothing")
        return [path.replace("{path:path}", one) for one in (*scim, *more)]

    def _bearer(self, path: str) -> str:
        now = int(self.world.now().timestamp())
        if path.startswith("/sandbox"):
            return "key"
        if "scimproxy" in path:
            return self.ids["token"]
        claims = {"exp": now + _YEAR_S, "oid": "caller", "roles": EVERYTHING, "tid": self.world.tenant_id}
        if path.startswith("/v1alpha1"):
            claims = {"exp": now + _YEAR_S, "client_id": self.world.iam_client_id}
        return jwt.encode(claims, self.world.signing_key)

    def _filled(self) -> dict[str, str]:
        self.ids = {"name": self.world.name, "tenant": self.world.tenant_id, "deleted": "", "breakage": "pause"}
        made = self.json("POST", f"/v1.0/applicationTemplates/{_TEMPLATE}/instantiate", {"displayName": "App"})
        principal, role = made["servicePrincipal"]["id"], made["servicePrincipal"]["appRoles"][0]["id"]
        users = [self.json("POST", "/v1.0/users", user(number))["id"] for number in range(3)]
        group = self.json("POST", "/v1.0/groups", GROUP)["id"]
        for one in users[:2]:
            self.json("POST", f"/v1.0/groups/{group}/members/$ref", {"@odata.id": f"x/{one}"})
        self.json("DELETE", f"/v1.0/users/{users[2]}")
        at = f"/v1.0/servicePrincipals/{principal}"
        assigned = {"principalId": group, "resourceId": principal, "appRoleId": role}
        job = self.json("POST", f"{at}/synchronization/jobs", {"templateId": "scim"})["id"]
        token = self.json("POST", "/v1alpha1/proxytoken")["token"]
        saved = {"BaseAddress": f"{_URL}/v1alpha1/scimproxy", "SecretToken": token, "SyncAll": "false"}
        pairs = [{"key": key, "value": value} for key, value in saved.items()]
        self.json("PUT", f"{at}/synchronization/secrets", {"value": pairs})
        self.ids |= {
            "servicePrincipals": principal,
            "applications": made["application"]["id"],
            "groups": group,
            "users": users[0],
            "other": users[0],
            "deleted": users[2],
            "job": job,
            "job_id": job,
            "template": "scim",
            "assignment": self.json("POST", f"{at}/appRoleAssignedTo", assigned)["id"],
            "directory": self.world.get("schema", job)["directories"][0]["id"],  # pyright: ignore[reportOptionalSubscript]
            "token": token,
            "path": "nothing",
            "wanted": "graph.user",
        }
        self.cycle()
        scim = {
            name: self.world.all(kind)[0]["id"] for name, kind in (("scimUser", "scimUser"), ("scimGroup", "scimGroup"))
        }
        return {**self.ids, **scim}


GROUP = {"displayName": "Team", "mailEnabled": False, "mailNickname": "team", "securityEnabled": True}


def user(number: int) -> dict[str, Any]:
    return {
        "accountEnabled": True,
        "displayName": f"User {number}",
        "mailNickname": f"user{number}",
        "userPrincipalName": f"user{number}@example.com",
        "passwordProfile": {"password": "x"},
    }


def _routes(routes: list[BaseRoute], before: str = "") -> Iterator[tuple[str, Route]]:
    for one in routes:
        if isinstance(one, Mount):
            yield from _routes(one.routes, before + one.path)
        elif isinstance(one, Route):
            yield before + one.path, one
