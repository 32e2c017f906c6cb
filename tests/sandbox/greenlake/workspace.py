"""A GreenLake workspace as a client sees it: log-in, proxy tokens, and the SCIM service behind them."""

from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx

from tests.sandbox.driver import PATIENCE_S, World

PROXY_TOKEN = "/v1alpha1/proxytoken"
SCIM = "/v1alpha1/scimproxy"
USER = "urn:ietf:params:scim:schemas:core:2.0:User"
GROUP = "urn:ietf:params:scim:schemas:core:2.0:Group"
PATCH = "urn:ietf:params:scim:api:messages:2.0:PatchOp"


@dataclass(frozen=True)
class Workspace:
    world: World

    def log_in(self, path: str = "/iam/v1/token", changes: Mapping[str, str | None] | None = None) -> httpx.Response:
        """Trade the API client for a bearer; None in `changes` leaves a field out."""
        form: dict[str, str | None] = {
            "client_id": self.world.about["iam_client_id"],
            "client_secret": self.world.about["iam_client_secret"],
            "grant_type": "client_credentials",
            "scope": "hpe-tenant",
        }
        sent = {name: value for name, value in {**form, **(changes or {})}.items() if value is not None}
        return self.world.sandbox.http.post(f"{self.world.sandbox.greenlake}{path}", data=sent)

    def bearer(self) -> str:
        return self.world.bearer()

    def call(
        self, method: str, path: str, token: str, *, query: Mapping[str, str] | None = None, body: Any = None
    ) -> httpx.Response:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        url = f"{self.world.sandbox.greenlake}{path}"
        return self.world.sandbox.http.request(method, url, headers=headers, params=query, json=body)

    def create(self) -> str:
        return self.world.new_proxy_token()

    def rotate(self, remove_current: str = "false") -> str:
        query = {"remove-current": remove_current}
        answer = self.call("POST", f"{PROXY_TOKEN}/rotate", self.bearer(), query=query)
        return answer.raise_for_status().json()["token"]

    def accepts(self, token: str) -> bool:
        """Use a token, as Entra's test query does."""
        return self.call("GET", f"{SCIM}/Users", token, query={"filter": 'userName eq "nobody"'}).status_code == 200

    @contextmanager
    def scim(self, token: str) -> Generator[httpx.Client]:
        base = f"{self.world.sandbox.greenlake}{SCIM}/"
        headers = {"Authorization": f"Bearer {token}"}
        with httpx.Client(base_url=base, headers=headers, verify=self.world.sandbox.tls, timeout=PATIENCE_S) as client:
            yield client
