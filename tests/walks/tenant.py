"""An enterprise application with one assigned group, and what people do without the program.

At Graph they use beta, so that a fault that waits for the program does not happen to them.
"""

import json
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any

from providers.greenlake.api.token_answer import read_token
from providers.greenlake.token_properties import fingerprint
from providers.http import Answer
from tests.sandbox.driver import World

_TEMPLATE = "8adf8e6e-67b2-4cf2-a259-e3dc5476c621"
_PROXY_TOKEN = "/v1alpha1/proxytoken"
MISTAKE = "pasted-by-mistake"
Json = dict[str, Any]


@dataclass(frozen=True)
class Tenant:
    """A tenant with provisioning, seen from outside of the program; `other` is another workspace, without a token."""

    world: World
    service_principal: str
    group: str
    other: World | None = None

    @classmethod
    def make(cls, world: World, other: World | None = None) -> "Tenant":
        """Make the application and assign a group of two to it."""
        with world.graph("admin_client") as graph:
            made: Json = graph.post(
                f"applicationTemplates/{_TEMPLATE}/instantiate", json={"displayName": "HPE GreenLake SCIM"}
            ).json()
            principal: Json = made["servicePrincipal"]
            body = {"displayName": "Walkers", "mailEnabled": False, "mailNickname": "walkers", "securityEnabled": True}
            group: Json = graph.post("groups", json=body).raise_for_status().json()
            for user in graph.get("users", params={"$top": "2"}).json()["value"]:
                reference = {"@odata.id": f"https://graph.microsoft.com/v1.0/directoryObjects/{user['id']}"}
                graph.post(f"groups/{group['id']}/members/$ref", json=reference).raise_for_status()
        tenant = cls(world, principal["id"], group["id"], other)
        tenant._assign(group["id"])
        return tenant

    def job(self) -> Json | None:
        """Return the synchronization job as the sandbox has it, None if there is none."""
        jobs: list[Json] = self.world.control("GET")["jobs"]
        return jobs[0] if jobs else None

    def tokens(self) -> list[Json]:
        """Return every proxy token that GreenLake has issued, oldest first."""
        tokens: list[Json] = self.world.control("GET")["tokens"]
        return tokens

    def held(self) -> str:
        """Return the fingerprint of the token that Entra holds, "" for none: only the sandbox's own store has it."""
        path = self.world.sandbox.state / "sandbox.sqlite"
        query = "SELECT body FROM documents WHERE world=? AND kind='secrets' AND key=?"
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as store:
            row = store.execute(query, (self.world.name, self.service_principal)).fetchone()
        listed: list[Json] = json.loads(row[0])["value"] if row else []
        return next((fingerprint(one["value"]) for one in listed if one["key"] == "SecretToken"), "")

    def overwrite_secret(self) -> None:
        """Save another Secret Token in the portal, all other credentials as they are."""
        with self.world.graph("admin_client", "beta") as graph:
            path = f"servicePrincipals/{self.service_principal}/synchronization/secrets"
            saved: list[Json] = graph.get(path).raise_for_status().json()["value"]
            values = [{**one, "value": MISTAKE} if one["key"] == "SecretToken" else one for one in saved]
            graph.put(path, json={"value": values}).raise_for_status()

    def pause(self) -> None:
        self._job_call("POST", "/pause")

    def delete_job(self) -> None:
        self._job_call("DELETE", "")

    def map_titles(self) -> None:
        """Map another attribute of users and tick Update in the mapping editor."""
        schema = self._job_call("GET", "/schema")
        users = next(
            one for one in schema["synchronizationRules"][0]["objectMappings"] if one["sourceObjectName"] == "User"
        )
        title: Json = {"expression": "[jobTitle]", "name": "jobTitle", "type": "Attribute", "parameters": []}
        kept = [one for one in users["attributeMappings"] if one["targetAttributeName"] != "title"]
        users["attributeMappings"] = [*kept, {"targetAttributeName": "title", "source": title}]
        self._job_call("PUT", "/schema", schema)

    def assign_somebody(self) -> None:
        """Assign a user whom no stack file names."""
        with self.world.graph("admin_client", "beta") as graph:
            users: list[Json] = graph.get("users", params={"$top": "3"}).json()["value"]
            path = f"servicePrincipals/{self.service_principal}/appRoleAssignedTo"
            assigned = {one["principalId"] for one in graph.get(path).raise_for_status().json()["value"]}
        if users[2]["id"] not in assigned:
            self._assign(users[2]["id"])

    def rotate(self, *, at_once: bool) -> str:
        """Rotate the proxy token with curl, and use the new one; return its fingerprint, "" if there was none."""
        token = self._greenlake("POST", f"{_PROXY_TOKEN}/rotate", {"remove-current": str(at_once).lower()})
        if token:
            url = f"{self.world.sandbox.greenlake}/v1alpha1/scimproxy/Users"
            self.world.sandbox.http.get(url, headers={"Authorization": f"Bearer {token}"}).raise_for_status()
        return token and fingerprint(token)

    def delete_tokens(self) -> None:
        self._greenlake("DELETE", _PROXY_TOKEN, {})

    def _greenlake(self, method: str, path: str, query: dict[str, str]) -> str:
        headers = {"Authorization": f"Bearer {self.world.bearer()}"}
        url = f"{self.world.sandbox.greenlake}{path}"
        answer = self.world.sandbox.http.request(method, url, params=query, headers=headers)
        if answer.status_code != 200:
            return ""
        read = Answer(path, answer.status_code, answer.headers["content-type"], answer.content)
        return read_token(read, datetime.now(timezone.utc)).value

    def _assign(self, principal: str) -> None:
        with self.world.graph("admin_client", "beta") as graph:
            path = f"servicePrincipals/{self.service_principal}"
            roles: list[Json] = graph.get(path).raise_for_status().json()["appRoles"]
            role = next(one["id"] for one in roles if one["displayName"] == "User")
            body = {"principalId": principal, "resourceId": self.service_principal, "appRoleId": role}
            graph.post(f"{path}/appRoleAssignedTo", json=body).raise_for_status()

    def _job_call(self, method: str, path: str, body: Any = None) -> Json:
        job = self.job()
        assert job
        with self.world.graph("admin_client", "beta") as graph:
            url = f"servicePrincipals/{self.service_principal}/synchronization/jobs/{job['id']}{path}"
            answer = graph.request(method, url, json=body).raise_for_status()
        return answer.json() if answer.content else {}
