"""What is around a stack: names and certificates of services, clocks, other runs, other versions, other workspaces."""

import atexit
import json
import os
import socket
import tempfile
from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

from providers.timestamps import from_text, now, to_text
from scimctl.engine.backend import checkpoint_of
from tests.e2e.workspace import Workspace
from tests.providers.tls_service import Service, answer, authority, serving
from tests.scimctl.portal import GROUP, portal

Json = dict[str, Any]

NOBODY = "https://127.0.0.1:1"
NO_NAME = "https://greenlake-scim.invalid"
_OF_A_TOKEN = ("issued_at", "expires_at", "rotate_after", "token_issued_at")


def deployed_by_a_newer_version(workspace: Workspace) -> None:
    _edit_state(workspace, lambda each: {**each, "schema_version": 99} if "schema_version" in each else each)


def _edit_state(workspace: Workspace, edit: Callable[[Json], Json]) -> None:
    """Edit every object in the file that holds the state."""
    state = checkpoint_of(workspace.root / "backend", workspace.stack)
    state.write_text(json.dumps(json.loads(state.read_text(), object_hook=edit)))


def greenlake_at(address: str) -> Callable[[Workspace], Mapping[str, str]]:
    """Let the stack know GreenLake by another address, in its file and in its state."""

    def moved(workspace: Workspace) -> Mapping[str, str]:
        before, after = str(workspace.world.about["greenlake"]), address or strange()
        for path in (checkpoint_of(workspace.root / "backend", workspace.stack), workspace.stack_file):
            path.write_text(path.read_text().replace(before, after))
        return {"HPEGL_IAM_SERVICE_URL": f"{after}/iam"}

    return moved


def entra_at(**addresses: str) -> Callable[[Workspace], Mapping[str, str]]:
    """Let the metadata of the cloud name another address for `graph` or `login`; "" is one that nobody trusts."""

    def moved(workspace: Workspace) -> Mapping[str, str]:
        host = str(workspace.world.about["entra"])
        document = workspace.world.sandbox.http.get(f"{host}/metadata/endpoints").raise_for_status().json()
        found = {name: address or strange() for name, address in addresses.items()}
        document["microsoftGraphResourceId"] = found.get("graph", document["microsoftGraphResourceId"])
        document["authentication"]["loginEndpoint"] = found.get("login", document["authentication"]["loginEndpoint"])
        service, its_authority = _served("metadata")
        service.answers(answer(body=document))
        trusted = workspace.root / "authorities.pem"
        trusted.write_bytes(its_authority.read_bytes() + (workspace.world.sandbox.state / "ca.pem").read_bytes())
        return {"ARM_METADATA_HOSTNAME": service.url.removeprefix("https://"), "SSL_CERT_FILE": str(trusted)}

    return moved


def strange() -> str:
    """Return the address of a service whose certificate nobody trusts, as that of a proxy that reads what passes."""
    return _served("strange")[0].url


@cache
def _served(_name: str) -> tuple[Service, Path]:
    certificate, its_authority = authority(Path(tempfile.mkdtemp()))
    running = serving(certificate)
    atexit.register(running.__exit__, None, None, None)
    service = running.__enter__()
    service.answers(answer())
    return service, its_authority


def everything_down(workspace: Workspace) -> Mapping[str, str]:
    return {**greenlake_at(NOBODY)(workspace), "ARM_METADATA_HOSTNAME": NOBODY.removeprefix("https://")}


def of_another_workspace(workspace: Workspace) -> Mapping[str, str]:
    other = workspace.world.sandbox.make_world("another-workspace")
    return {name: value for name, value in other.environ().items() if name.startswith("HPEGL_")}


def at_work(workspace: Workspace) -> None:
    folder = workspace.root / "backend" / ".pulumi" / "locks" / "organization" / "greenlake-scim" / workspace.stack
    folder.mkdir(parents=True, exist_ok=True)
    held = {"pid": _a_run(), "username": "ci", "hostname": socket.gethostname(), "timestamp": to_text(now())}
    (folder / "0f1e2d3c-0000-4000-8000-000000000001.json").write_text(json.dumps(held))


@cache
def _a_run() -> int:
    """Start a process that seems to be an engine until the end of the tests."""
    run = os.posix_spawnp("sleep", ["pulumi", "3600"], {})
    atexit.register(os.kill, run, 9)
    return run


def second_job(workspace: Workspace) -> None:
    with portal(workspace) as application:
        jobs = f"servicePrincipals/{application.service_principal}/synchronization/jobs"
        application.graph.post(jobs, json={"templateId": "scim"}).raise_for_status()


def nobody_in_the_group(workspace: Workspace) -> None:
    with portal(workspace) as application:
        query = {"$filter": f"displayName eq '{GROUP}'"}
        found = application.graph.get("groups", params=query).raise_for_status().json()["value"][0]["id"]
        for member in application.graph.get(f"groups/{found}/members").raise_for_status().json()["value"]:
            application.graph.delete(f"groups/{found}/members/{member['id']}/$ref").raise_for_status()
    workspace.world.control("POST", f"/jobs/{workspace.outputs()['job_id']}/cycle")


def issued_before(days: int) -> Callable[[Workspace], None]:
    """Let the token of the state be so old, with all of its times."""

    def earlier(each: Json) -> Json:
        times = {name: each[name] for name in _OF_A_TOKEN if str(each.get(name)).endswith("Z")}
        return each | {name: to_text(from_text(time) - timedelta(days=days)) for name, time in times.items()}

    return lambda workspace: _edit_state(workspace, earlier)
