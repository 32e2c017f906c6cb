"""What a look at two hundred tenants costs: 200 worlds of the sandbox, each read five times, engines included.

The stacks are copies of a deployed stack: an administrator's calls in each world, and the state with its ids.
"""

import base64
import hashlib
import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, cast

import pytest
import yaml
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from providers.state.types import SECRET_MARK as SECRET
from sandbox.by_hand.administrator import signed_in
from tests.e2e.workspace import PASSPHRASE, Workspace, configuration
from tests.full import only_in_full
from tests.sandbox.driver import Sandbox, World

Json = dict[str, Any]
WORLDS, TIMES = 200, 5
MIB = 200


class Copies:
    """Copies of a deployed stack for other worlds, in its backend and encrypted with its key."""

    def __init__(self, origin: Workspace) -> None:
        exported = origin.pulumi("stack", "export", "--show-secrets", "--stack", origin.stack).text
        self.origin, self.clear = origin, json.loads(exported)["deployment"]
        salt = base64.b64decode(re.findall(r"encryptionsalt: v1:([^:]+):", origin.stack_file.read_text())[0])
        self.key = AESGCM(hashlib.pbkdf2_hmac("sha256", PASSPHRASE.encode(), salt, 1_000_000, 32))
        (self.file,) = (origin.root / "backend" / ".pulumi" / "stacks").glob(f"*/{origin.stack}.json")
        status = self._outputs(":ProvisioningStatus")
        self.principal, self.job = status["service_principal_id"], status["job_id"]
        with origin.world.graph() as graph:
            self.schema = graph.get(f"servicePrincipals/{self.principal}/synchronization/jobs/{self.job}/schema").text

    def add(self, world: World, sandbox: Sandbox) -> None:
        """Do in a world what an `up` does, and write the state that it would have."""
        app, token = self._outputs(":ApplicationFromTemplate"), self._outputs(":ScimProxyToken")
        assignment = self._outputs(":AppRoleAssignment")
        with signed_in(world.about, sandbox.tls) as administrator:
            graph = administrator.graph
            principal = administrator.application(app["displayName"])
            job, made = administrator.make_job(principal), administrator.make_token()
            saved = {each["key"]: each["value"] for each in self._outputs(":SynchronizationSecret")["credentials"]}
            of_administrator = ("BaseAddress", "SecretToken", "SyncAll")
            more = {key: value for key, value in saved.items() if key not in of_administrator}
            administrator.save_credentials(principal, made, **more)
            path = f"servicePrincipals/{principal}/synchronization/jobs/{job}/schema"
            schema = {**json.loads(self.schema.replace(self.job, job)), "id": graph.get(path).json()["id"]}
            graph.put(path, json=schema).raise_for_status()
            named = {"$filter": f"displayName eq '{assignment['principalDisplayName']}'"}
            group = graph.get("groups", params=named).json()["value"][0]["id"]
            client = graph.get(f"servicePrincipals/{principal}").json()["appId"]
            registered = graph.get("applications", params={"$filter": f"appId eq '{client}'"}).json()["value"][0]["id"]
            swaps = {
                assignment["id"]: administrator.assign(principal, group),
                assignment["principalObjectId"]: group,
                app["applicationId"]: client,
                app["applicationObjectId"]: registered,
            }
            administrator.press(principal, job, "start")
        fingerprint = hashlib.sha256(made.encode()).hexdigest()[:12]
        self._write(world, {
            **{was.rpartition("/")[2]: now for was, now in swaps.items()},
            self.origin.world.tenant_id: world.tenant_id,
            self.origin.world.about["workspace_id"]: world.about["workspace_id"],
            self.principal: principal,
            self.job: job,
            token["token"]: made,
            token["fingerprint"]: fingerprint,
            f"urn:pulumi:{self.origin.stack}::": f"urn:pulumi:{world.name}::",
        })  # fmt: skip

    def _outputs(self, kind: str) -> Json:
        (found,) = [each["outputs"] for each in self.clear["resources"] if each["type"].lower().endswith(kind.lower())]
        return {key: _plain(value) for key, value in found.items()}

    def _write(self, world: World, swaps: Mapping[str, str]) -> None:
        text = json.dumps(self.clear)
        for was, now in swaps.items():
            text = text.replace(was, now)
        document = json.loads(self.file.read_text())
        document["checkpoint"]["latest"] = self._encrypted(json.loads(text))
        self.file.with_name(f"{world.name}.json").write_text(json.dumps(document))
        declared = self.origin.stack_file.read_text().replace(self.origin.world.tenant_id, world.tenant_id)
        self.origin.stack_file.with_name(f"Pulumi.{world.name}.yaml").write_text(declared)

    def _encrypted(self, value: Any) -> Any:
        """Return a value with its secrets as the passphrase provider writes them: AES-256-GCM, with a nonce each."""
        if isinstance(value, list):
            return [self._encrypted(each) for each in cast("list[Any]", value)]
        if not isinstance(value, dict):
            return value
        within = cast("Json", value)
        if "plaintext" not in within:
            return {key: self._encrypted(each) for key, each in within.items()}
        nonce = os.urandom(12)
        parts = (nonce, self.key.encrypt(nonce, within["plaintext"].encode(), None))
        return {
            SECRET: within[SECRET],
            "ciphertext": ":".join(["v1", *(base64.b64encode(each).decode() for each in parts)]),
        }


def _plain(value: Any) -> Any:
    """Return a value without the marks of secrets, also of those within a secret."""
    if isinstance(value, list):
        return [_plain(each) for each in cast("list[Any]", value)]
    if not isinstance(value, dict):
        return value
    within = cast("Json", value)
    if "plaintext" in within:
        return _plain(json.loads(within["plaintext"]))
    return {key: _plain(each) for key, each in within.items()}


@pytest.fixture
def fleet(sandbox: Sandbox, tmp_path: Path) -> Iterator[Workspace]:
    """A fleet of deployed stacks, each in a separate world, with its own client."""
    worlds = [sandbox.make_world(f"reach{number}", {"cycle_interval_s": 3600}) for number in range(WORLDS)]
    origin = Workspace.make(tmp_path, worlds[0].name, worlds[0], configuration(worlds[0]))
    up = origin.up()
    assert up.code == 0, up.text
    copies = Copies(origin)
    for world in worlds[1:]:
        copies.add(world, sandbox)
    stacks = {
        world.name: {
            "environment": {"ARM_CLIENT_ID": world.about["client_id"]},
            "secrets": {"ARM_CLIENT_SECRET": f"echo {world.about['client_secret']}"},
        }
        for world in worlds
    }
    (tmp_path / "fleet.yaml").write_text(yaml.safe_dump({"stacks": stacks}))
    yield origin
    for world in worlds:
        sandbox.control("DELETE", f"/worlds/{world.name}")


@pytest.mark.engine
@pytest.mark.long
@only_in_full("makes 200 worlds")
def test_a_thousand_reads_agree_and_stay_within_200_mib_of_memory(
    fleet: Workspace, record_property: Callable[[str, object], None]
) -> None:
    for command in ("status", "drift"):
        seconds, cpu, most = 0.0, 0.0, 0.0
        for _ in range(TIMES):
            began = time.monotonic()
            report, used, peak = _measured(fleet, command)
            seconds, cpu, most = seconds + time.monotonic() - began, cpu + used, max(most, peak)
            assert (report["found"], report["notRead"], len(report["stacks"])) == (0, 0, WORLDS), report
            assert report["shared"] == []
        reads = WORLDS * TIMES
        told = (
            f"fleet {command}: {reads} reads in {seconds:.0f} s, {cpu / reads:.2f} CPU-s each, {most:.0f} MiB at most"
        )
        record_property("told", told)
        assert most < MIB, told


def _measured(fleet: Workspace, command: str) -> tuple[Json, float, float]:
    """Run a look with real Pythons; return its report, the CPU-s of all its processes and the most MiB of them."""
    path = os.pathsep.join(each for each in fleet.environ["PATH"].split(os.pathsep) if each != str(fleet.root / "bin"))
    environ = {name: value for name, value in fleet.environ.items() if name != "GOGC"} | {"PATH": path}
    with (fleet.root / "report.json").open("w+") as out:
        arguments = [sys.executable, "-m", "scimctl", "fleet", command, "--json"]
        looking = subprocess.Popen(arguments, cwd=fleet.root, env=environ, stdout=out, stderr=subprocess.DEVNULL)
        peak = 0.0
        while True:
            pid, status, used = os.wait4(looking.pid, os.WNOHANG)
            if pid:
                looking.returncode = os.waitstatus_to_exitcode(status)
                break
            peak = max(peak, _together(looking.pid))
            time.sleep(0.5)
        out.seek(0)
        return json.load(out), used.ru_utime + used.ru_stime, peak


def _together(pid: int) -> float:
    """Return the MiB of a process and all that it has started; 0 if a process began or ended meanwhile."""
    tree = _tree(pid)
    memory = sum(map(_mib, tree))
    return memory if _tree(pid) == tree else 0.0


def _tree(pid: int) -> list[int]:
    """List a process and all that it has started."""
    try:
        children = [
            each for task in Path(f"/proc/{pid}/task").iterdir() for each in (task / "children").read_text().split()
        ]
    except OSError:
        return []
    return [pid, *(each for child in children for each in _tree(int(child)))]


def _mib(pid: int) -> float:
    """Return the memory of a process, its part of what it shares included (proc_pid_smaps_rollup(5): Pss)."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0.0
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024
