"""A real sandbox process and its worlds, for every test that needs one."""

import json
import ssl
import subprocess
import sys
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

PROJECT = Path(__file__).parents[2]
PATIENCE_S = 120.0  # for what is sure to come: a machine that is shared may take long


@dataclass(frozen=True)
class Sandbox:
    """A running sandbox; `tls` trusts it."""

    state: Path
    pid: int
    entra: str
    greenlake: str
    page: str
    key: str
    tls: ssl.SSLContext
    http: httpx.Client

    def control(self, method: str, path: str, body: Any = None) -> httpx.Response:
        return self.http.request(
            method, f"{self.entra}/sandbox{path}", json=body, headers={"Authorization": f"Bearer {self.key}"}
        )

    def make_world(self, name: str, settings: Mapping[str, Any] | None = None) -> "World":
        answer = self.control("PUT", f"/worlds/{name}", dict(settings or {}))
        assert answer.is_success, answer.text
        return World(self, answer.json())


@dataclass(frozen=True)
class World:
    """One tenant and one workspace of a sandbox, with its description by the control API."""

    sandbox: Sandbox
    about: dict[str, Any]

    @property
    def name(self) -> str:
        return self.about["name"]

    @property
    def tenant_id(self) -> str:
        return self.about["tenant_id"]

    def control(self, method: str, path: str = "", body: Any = None) -> Any:
        """Call the control API for this world and return the decoded answer."""
        answer = self.sandbox.control(method, f"/worlds/{self.name}{path}", body)
        assert answer.is_success, answer.text
        return answer.json() if answer.content else None

    def set(self, **settings: Any) -> None:
        self.control("PATCH", "", settings)

    def fail(self, *faults: Mapping[str, Any]) -> None:
        """Let faults happen to the requests that match them, instead of those set before."""
        self.control("PUT", "/faults", list(faults))

    def faults(self) -> list[dict[str, Any]]:
        """Return the faults that were set, with how many times each is still to happen."""
        return self.control("GET", "/faults")

    def environ(self) -> dict[str, str]:
        """Return the environment that points the program at this world, and nothing else does."""
        return {
            "ARM_METADATA_HOSTNAME": self.about["entra"].removeprefix("https://"),
            "ARM_TENANT_ID": self.about["tenant_id"],
            "ARM_CLIENT_ID": self.about["client_id"],
            "ARM_CLIENT_SECRET": self.about["client_secret"],
            "ARM_USE_CLI": "false",
            "SSL_CERT_FILE": str(self.sandbox.state / "ca.pem"),
            "HPEGL_USER_ID": self.about["iam_client_id"],
            "HPEGL_USER_SECRET": self.about["iam_client_secret"],
            "HPEGL_IAM_SERVICE_URL": f"{self.about['greenlake']}/iam",
        }

    def log(self, since: int = 0) -> list[dict[str, Any]]:
        """List every request after a number, oldest first."""
        return self.control("GET", f"/requests?since={since}")["requests"]

    def requests(self, since: int = 0) -> list[dict[str, Any]]:
        """List the requests of all but Entra's provisioning engine, whose cycles come at any time."""
        return [one for one in self.log(since) if one["client"] != "engine"]

    def pushes(self, since: int = 0) -> list[dict[str, Any]]:
        """List the requests of Entra's provisioning engine, those of a Test Connection with them."""
        return [one for one in self.log(since) if one["client"] == "engine"]

    def last_request(self) -> int:
        """Return the number of the latest request, whichever client sent it."""
        return self.control("GET", f"/requests?since={10**9}")["last"]

    def sign_in(self, client: str = "client") -> str:
        """Return an access token for Graph, of the program's `client` or of the almighty `admin_client`."""
        form = {
            "client_id": self.about[f"{client}_id"],
            "client_secret": self.about[f"{client}_secret"],
            "grant_type": "client_credentials",
            "scope": f"{self.sandbox.entra}/.default",
        }
        answer = self.sandbox.http.post(f"{self.sandbox.entra}/{self.about['tenant_id']}/oauth2/v2.0/token", data=form)
        return answer.raise_for_status().json()["access_token"]

    def bearer(self) -> str:
        """Return a GreenLake bearer of the program's API client."""
        form = {
            "client_id": self.about["iam_client_id"],
            "client_secret": self.about["iam_client_secret"],
            "grant_type": "client_credentials",
            "scope": "hpe-tenant",
        }
        answer = self.sandbox.http.post(f"{self.sandbox.greenlake}/iam/v1/token", data=form)
        return answer.raise_for_status().json()["access_token"]

    def new_proxy_token(self) -> str:
        """Create the workspace's SCIM proxy token and return it."""
        headers = {"Authorization": f"Bearer {self.bearer()}"}
        answer = self.sandbox.http.post(f"{self.sandbox.greenlake}/v1alpha1/proxytoken", headers=headers)
        return answer.raise_for_status().json()["token"]

    @contextmanager
    def graph(self, client: str = "client", version: str = "v1.0") -> Generator[httpx.Client]:
        """Open a signed-in client of Graph; paths are relative to the version."""
        headers = {"Authorization": f"Bearer {self.sign_in(client)}"}
        base = f"{self.sandbox.entra}/{version}/"
        with httpx.Client(base_url=base, headers=headers, verify=self.sandbox.tls, timeout=PATIENCE_S) as graph:
            yield graph


def start(state: Path, *options: str) -> "subprocess.Popen[str]":
    """Start a sandbox; its first line of output comes when it accepts."""
    command = [
        sys.executable,
        "-m",
        "sandbox",
        "--state",
        str(state),
        *(options or ("--entra-port=0", "--greenlake-port=0", "--page-port=0")),
    ]
    return subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


@contextmanager
def running(state: Path, *options: str) -> Generator[Sandbox]:
    """Run a sandbox in a state folder and stop it at the end."""
    with start(state, *options) as process:
        try:
            assert process.stdout
            assert process.stdout.readline(), process.communicate()[1]
            with connect(state) as sandbox:
                yield sandbox
        finally:
            process.terminate()
            process.communicate(timeout=PATIENCE_S)


@contextmanager
def connect(state: Path) -> Generator[Sandbox]:
    """Reach the sandbox that runs in a state folder."""
    about = json.loads((state / "sandbox.json").read_text())
    tls = ssl.create_default_context(cafile=state / "ca.pem")
    with httpx.Client(verify=tls, timeout=PATIENCE_S) as http:
        key = (state / "control-key").read_text()
        yield Sandbox(state, about["pid"], about["entra"], about["greenlake"], about["page"], key, tls, http)
