"""The program of the CronJob as a process, on a stack that the engine deployed in the sandbox."""

import json
import os
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from providers.timestamps import to_text
from tests.e2e import behind_its_back as behind
from tests.e2e.workspace import Workspace
from tests.scimctl.commands.fleet.kubernetes.cluster import TOKEN, Cluster, running

pytestmark = pytest.mark.engine


@pytest.fixture
def cluster(tmp_path: Path, deployed: Workspace) -> Iterator[Cluster]:
    """A namespace with the Stack resource of the deployed stack."""
    (deployed.root / "fleet.yaml").write_text(f"stacks:\n  {deployed.stack}:\n")
    with running(tmp_path) as made:
        made.add(deployed.stack, lastUpdate={"state": "succeeded"})
        yield made


def test_drift_is_a_condition_until_it_is_repaired(cluster: Cluster, deployed: Workspace) -> None:
    (name,) = cluster.stacks
    behind.provision_everybody(deployed)

    found = deployed.scimctl("fleet", "kubernetes", **cluster.environ)
    begun = cluster.conditions(name)["Drift"]
    assert deployed.up("--refresh").code == 0
    repaired = deployed.scimctl("fleet", "kubernetes", **cluster.environ)

    assert (found.code, begun) == (7, ("True", "Drifted")), found.err
    assert (repaired.code, cluster.conditions(name)["Drift"]) == (0, ("False", "NoDrift")), repaired.out
    assert "SyncAll is true instead of false" in cluster.events[0]["message"]
    assert TOKEN not in found.out + found.err
    assert deployed.token() not in json.dumps([cluster.stacks, cluster.events])


def test_the_lock_of_a_pod_that_is_gone_keeps_no_up_away_after_the_look(cluster: Cluster, deployed: Workspace) -> None:
    (name,) = cluster.stacks
    began = datetime.now(tz=timezone.utc) - timedelta(hours=1)
    locks = deployed.root / "backend/.pulumi/locks/organization/greenlake-scim" / deployed.stack
    locks.mkdir(parents=True, exist_ok=True)
    lock = locks / "0a0a0a0a-0000-4000-8000-000000000001.json"
    holder = {"pid": 17, "username": "pulumi", "hostname": f"{name}-workspace-0", "timestamp": to_text(began)}
    lock.write_text(json.dumps(holder))
    for path in (deployed.root / "backend").rglob("*.json"):
        os.utime(path, (began.timestamp(), began.timestamp()))
    refused = deployed.up()
    cluster.stall(deployed.stack, refused.text, to_text(began))

    looked = deployed.scimctl("fleet", "kubernetes", **cluster.environ)

    assert refused.code != 0
    assert looked.code == 7, looked.err
    assert "LockCleared" in [each["reason"] for each in cluster.events]
    assert cluster.requested(name)
    assert deployed.up().code == 0
