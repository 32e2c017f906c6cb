"""What an administrator does in the portals, a method each: the same calls, with the same rights."""

import ssl
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx

from sandbox.entra.shapes import TEMPLATE_ID

Json = dict[str, Any]

SCIM_PATH = "/v1alpha1/scimproxy"
POST_ATTRIBUTES = ("userName", "displayName", "name.givenName", "name.familyName")  # of step 5 of the post


@dataclass(frozen=True)
class Administrator:
    """Signed in to both portals of a world; `about` is its description by the control API."""

    about: Mapping[str, Any]
    graph: httpx.Client
    greenlake: httpx.Client

    def application(self, name: str) -> str:
        """Return the object id of an enterprise application, of the existing one or a new non-gallery one."""
        found = self._named("servicePrincipals", name)
        if found:
            return found[0]["id"]
        path = f"applicationTemplates/{TEMPLATE_ID}/instantiate"
        return _json(self.graph.post(path, json={"displayName": name}))["servicePrincipal"]["id"]

    def make_job(self, principal: str, template: str = "scim") -> str:
        """Make a synchronization job and return its id."""
        jobs = f"servicePrincipals/{principal}/synchronization/jobs"
        return _json(self.graph.post(jobs, json={"templateId": template}))["id"]

    def make_token(self) -> str:
        """Make the SCIM proxy token, as step 3 of the post does with curl."""
        return _json(self.greenlake.post("/v1alpha1/proxytoken"))["token"]

    def save_credentials(self, principal: str, token: str, query: str = "", **more: str) -> None:
        """Paste Tenant URL and Secret Token, with more settings beside them, and press Save."""
        values = {
            "BaseAddress": f"{self.about['greenlake']}{SCIM_PATH}{query}",
            "SecretToken": token,
            "SyncAll": "false",
            **more,
        }
        body = {"value": [{"key": key, "value": value} for key, value in values.items()]}
        self.graph.put(f"servicePrincipals/{principal}/synchronization/secrets", json=body).raise_for_status()

    def test_connection(self, principal: str, job: str) -> None:
        """Press Test Connection; raises httpx.HTTPStatusError if it fails."""
        body: Json = {"useSavedCredentials": True, "credentials": []}
        self.graph.post(f"{_job(principal, job)}/validateCredentials", json=body).raise_for_status()

    def edit_mapping(self, principal: str, job: str, source: str, **changes: Any) -> None:
        """Change the mapping of User or Group; `only` keeps these target attributes, `add` appends mappings."""
        only: tuple[str, ...] = changes.pop("only", ())
        more: list[Json] = changes.pop("add", [])
        schema = _json(self.graph.get(f"{_job(principal, job)}/schema"))
        for mapping in schema["synchronizationRules"][0]["objectMappings"]:
            if mapping["sourceObjectName"] == source:
                kept = [
                    each for each in mapping["attributeMappings"] if not only or each["targetAttributeName"] in only
                ]
                mapping.update(changes, attributeMappings=[*kept, *more])
        self.graph.put(f"{_job(principal, job)}/schema", json=schema).raise_for_status()

    def edit_mappings_as_in_the_post(self, principal: str, job: str) -> None:
        """Keep four user attributes and three group attributes, and do not update users."""
        self.edit_mapping(principal, job, "User", only=POST_ATTRIBUTES, flowTypes="Add,Delete")

    def assign_groups(self, principal: str, names: Sequence[str]) -> None:
        """Assign groups by display name, with the role User."""
        for name in names:
            self.assign(principal, self._named("groups", name)[0]["id"])

    def assign(self, principal: str, who: str, role: str = "User") -> str:
        """Assign a user or group by object id and return the id of the assignment."""
        roles = _json(self.graph.get(f"servicePrincipals/{principal}"))["appRoles"]
        role_id = next(each["id"] for each in roles if each["displayName"] == role)
        body = {"principalId": who, "resourceId": principal, "appRoleId": role_id}
        return _json(self.graph.post(f"servicePrincipals/{principal}/appRoleAssignedTo", json=body))["id"]

    def press(self, principal: str, job: str, button: str) -> None:
        """Press Start or Pause Provisioning: `start` or `pause`."""
        self.graph.post(f"{_job(principal, job)}/{button}").raise_for_status()

    def _named(self, kind: str, name: str) -> list[Json]:
        quoted = name.replace("'", "''")
        return _json(self.graph.get(kind, params={"$filter": f"displayName eq '{quoted}'"}))["value"]


@contextmanager
def signed_in(about: Mapping[str, Any], tls: ssl.SSLContext) -> Generator[Administrator]:
    """Sign in to both portals."""
    with httpx.Client(verify=tls, timeout=30) as http:
        entra = _token(
            http, f"{about['entra']}/{about['tenant_id']}/oauth2/v2.0/token", about, "admin_client", "/.default"
        )
        greenlake = _token(http, f"{about['greenlake']}/iam/v1/token", about, "iam_client", "hpe-tenant")
    with (
        _client(f"{about['entra']}/v1.0/", entra, tls) as graph,
        _client(str(about["greenlake"]), greenlake, tls) as api,
    ):
        yield Administrator(about, graph, api)


def _token(http: httpx.Client, url: str, about: Mapping[str, Any], client: str, scope: str) -> str:
    form = {
        "client_id": about[f"{client}_id"],
        "client_secret": about[f"{client}_secret"],
        "grant_type": "client_credentials",
        "scope": f"{about['entra']}{scope}" if scope.startswith("/") else scope,
    }
    return _json(http.post(url, data=form))["access_token"]


def _client(base: str, bearer: str, tls: ssl.SSLContext) -> httpx.Client:
    headers = {"Authorization": f"Bearer {bearer}"}
    return httpx.Client(base_url=base, headers=headers, verify=tls, timeout=30)


def _job(principal: str, job: str) -> str:
    return f"servicePrincipals/{principal}/synchronization/jobs/{job}"


def _json(answer: httpx.Response) -> Any:
    return answer.raise_for_status().json()
