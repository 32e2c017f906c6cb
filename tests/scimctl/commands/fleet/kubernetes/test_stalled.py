"""A Stack that the operator has given up on: whose lock is cleared, and when it is woken."""

import json
import os
import stat
import time
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from providers.timestamps import to_text
from scimctl.engine.backend import checkpoint_of
from scimctl.terminal.report import Report
from tests.providers.tls_service import Service
from tests.scimctl.commands.fleet.kubernetes.cluster import Cluster
from tests.scimctl.commands.fleet.kubernetes.looking import CLEAN, looks, titles

pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated")  # by what signs mail, on Python 3.11 and 3.12

_ENGINE = """#!/bin/sh
echo "$@" >> {log}
case "$1" in
  whoami) echo '{{"url": "{url}"}}' ;;
  stack) echo '{{"deployment": {{}}}}' ;;
  cancel) rm -f {locks}/* ;;
  *) exit 1 ;;
esac
"""
_AGO = datetime.now(tz=timezone.utc) - timedelta(minutes=10)


def _lock(folder: Path, monkeypatch: pytest.MonkeyPatch, host: str, since: datetime) -> Path:
    """Leave a lock in a folder backend, an hour old by the file's time, with an engine that can cancel it."""
    checkpoint = checkpoint_of(folder / "state", "contoso")
    locks = folder / "state/.pulumi/locks/organization/greenlake-scim/contoso"
    for made in (checkpoint.parent, locks, folder / "bin"):
        made.mkdir(parents=True)
    checkpoint.write_text("{}")
    lock = locks / "0a.json"
    lock.write_text(json.dumps({"pid": 17, "username": "pulumi", "hostname": host, "timestamp": to_text(since)}))
    hour_ago = time.time() - 3600
    for path in (checkpoint, lock):
        os.utime(path, (hour_ago, hour_ago))
    program = folder / "bin" / "pulumi"
    program.write_text(_ENGINE.format(log=folder / "log", url=f"file://{folder}/state", locks=locks))
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", f"{program.parent}{os.pathsep}{os.environ['PATH']}")
    return lock


def _pod(started: datetime) -> dict[str, Any]:
    container = {"name": "pulumi", "state": {"running": {"startedAt": to_text(started)}}}
    return {"metadata": {"name": "x"}, "status": {"phase": "Running", "containerStatuses": [container]}}


@pytest.mark.parametrize("pod", [None, _pod(_AGO + timedelta(minutes=1))])
def test_the_lock_of_a_pod_that_is_gone_is_cleared_and_the_stack_woken_with_one_message(
    cluster: Cluster,
    finds: dict[str, Report],
    hook: Service,
    pod: dict[str, Any] | None,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    lock = _lock(tmp_path, monkeypatch, "contoso-workspace-0", _AGO)
    cluster.stall("contoso", "the stack is currently locked by 1 lock(s)", to_text(_AGO))
    cluster.pods |= {"contoso-workspace-0": pod} if pod else {}
    finds["contoso"] = CLEAN

    assert looks() == 7

    assert not lock.exists()
    first = cluster.requested("contoso")
    assert first
    assert [each["reason"] for each in cluster.events] == ["LockCleared", "Stalled"]
    assert cluster.conditions("contoso")["UpdateStalled"] == ("True", "Stalled")
    assert looks() == 7
    assert titles(hook) == ["contoso: pulumi up ended with exit code 1"]


@pytest.mark.parametrize(
    ("host", "pods"),
    [
        ("contoso-workspace-0", {"contoso-workspace-0": _pod(_AGO - timedelta(minutes=1))}),
        ("laptop.example", {}),
        ("fabrikam-workspace-0", {}),
    ],
)
def test_the_lock_of_a_pod_that_may_run_and_of_any_other_host_is_left_alone(
    cluster: Cluster,
    finds: dict[str, Report],
    host: str,
    pods: dict[str, Any],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    lock = _lock(tmp_path, monkeypatch, host, _AGO)
    cluster.stall("contoso", "locked", to_text(_AGO))
    cluster.pods |= pods
    finds["contoso"] = CLEAN

    assert looks() == 1

    assert lock.exists()
    assert cluster.requested("contoso") is None
    assert "contoso: nothing was cleared: " in capsys.readouterr().out
    assert "cancel" not in (tmp_path / "log").read_text()


@pytest.mark.parametrize(("minutes", "cleared"), [(10, True), (31, False)])
@pytest.mark.usefixtures("finds")
def test_the_lock_of_a_backend_without_a_folder_counts_while_the_message_of_the_engine_is_fresh(
    cluster: Cluster, minutes: int, cleared: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lock = _lock(tmp_path, monkeypatch, "contoso-workspace-0", _AGO)
    engine = tmp_path / "bin" / "pulumi"
    engine.write_text(engine.read_text().replace(f"file://{tmp_path}/state", "azblob://state"))
    monkeypatch.setattr("scimctl.commands.recover.clearing.wait_for_orphans", str)  # takes the run, and does not wait
    said = (
        f"locked by 1 lock(s)\n  azblob://s/0a.json: created by pulumi@contoso-workspace-0 (pid 17) at {to_text(_AGO)}"
    )
    cluster.stall("contoso", said, to_text(datetime.now(tz=timezone.utc) - timedelta(minutes=minutes)))

    assert looks() == 7

    assert lock.exists() is not cleared
    assert cluster.requested("contoso")


@pytest.mark.parametrize("status", [401, 403, 410])
@pytest.mark.usefixtures("finds")
def test_a_pod_that_cannot_be_asked_for_is_not_gone(
    cluster: Cluster, status: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lock = _lock(tmp_path, monkeypatch, "contoso-workspace-0", _AGO)
    cluster.stall("contoso", "locked", to_text(_AGO))
    cluster.refusals["GET .*/pods/"] = status

    assert looks() == 1
    assert lock.exists()


@pytest.mark.parametrize(
    "verb", ["GET .*/stacks", "GET .*/pods/", r"PATCH .*/contoso\?", "PATCH .*/contoso/status", "POST .*/events"]
)
def test_a_verb_that_the_role_lacks_is_reported_with_what_to_apply_and_the_other_verbs_are_used(
    cluster: Cluster,
    finds: dict[str, Report],
    verb: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    _lock(tmp_path, monkeypatch, "contoso-workspace-0", _AGO)
    cluster.stall("contoso", "locked", to_text(_AGO))
    cluster.add("fabrikam")
    finds["fabrikam"] = CLEAN
    cluster.refusals[verb] = 403

    assert looks() in (1, 7)

    said = capsys.readouterr()
    assert "apply the Role and RoleBinding of deploy/kubernetes/stack.yaml to this namespace" in said.out + said.err
    if "stacks" not in verb:
        assert cluster.conditions("fabrikam")["Drift"][0] == "False"


@pytest.mark.usefixtures("finds")
def test_a_stack_whose_resource_is_wrong_is_reported_and_not_woken(cluster: Cluster) -> None:
    cluster.stall("contoso", "", to_text(_AGO), reason="SpecInvalid")

    assert looks() == 7
    assert cluster.requested("contoso") is None
