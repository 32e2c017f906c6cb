"""Only a lock whose engine has ended, on this host, before it began anything is taken away by itself."""

import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from launcher.deployment.engine_run import release_idle_locks
from launcher.locks import wait_until
from scimctl.engine.backend import checkpoint_of
from tests.sandbox.driver import PATIENCE_S

GONE = 4_000_000  # above every process id


@pytest.fixture
def checkpoint(tmp_path: Path) -> Path:
    file = checkpoint_of(tmp_path, "sandbox")
    file.parent.mkdir(parents=True)
    file.write_text("{}")
    os.utime(file, ns=(0, file.stat().st_mtime_ns - 1_000_000_000))
    return file


def lock(folder: Path, pid: int, host: str = "") -> Path:
    path = folder / ".pulumi" / "locks" / "organization" / "greenlake-scim" / "sandbox" / f"{pid}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    owner = {"pid": pid, "username": "ada", "hostname": host or socket.gethostname()}
    path.write_text(json.dumps({**owner, "timestamp": "2026-11-24T08:55:25Z"}))
    return path


def released(tmp_path: Path) -> list[int]:
    return release_idle_locks(tmp_path, "sandbox")


@pytest.mark.usefixtures("checkpoint")
def test_the_lock_of_an_engine_that_ended_before_it_began_anything_is_taken_away(tmp_path: Path) -> None:
    left = lock(tmp_path, GONE)
    assert released(tmp_path) == [GONE]
    assert not left.exists()
    assert released(tmp_path) == []


def test_the_lock_of_an_engine_that_wrote_state_stays_for_recover(tmp_path: Path, checkpoint: Path) -> None:
    left = lock(tmp_path, GONE)
    os.utime(left, ns=(0, checkpoint.stat().st_mtime_ns))
    assert released(tmp_path) == []
    assert left.exists()


@pytest.mark.usefixtures("checkpoint")
def test_the_lock_of_an_engine_that_runs_stays(tmp_path: Path) -> None:
    command = ["/opt/pulumi", "-c", "input()"]
    with subprocess.Popen(command, executable=sys.executable, stdin=subprocess.PIPE) as running:
        assert wait_until(lambda: Path(f"/proc/{running.pid}/cmdline").read_bytes() != b"", seconds=PATIENCE_S)
        held = lock(tmp_path, running.pid)
        assert released(tmp_path) == []
        running.communicate(b"\n", timeout=PATIENCE_S)
    assert held.exists()


@pytest.mark.usefixtures("checkpoint")
def test_the_lock_of_another_host_and_one_that_cannot_be_read_stay(tmp_path: Path) -> None:
    elsewhere, torn = lock(tmp_path, GONE, "another.example"), lock(tmp_path, GONE + 1)
    for text in ("", "[]", "{}", '{"pid": "x", "hostname": ""}'):
        torn.write_text(text)
        assert released(tmp_path) == []
    assert elsewhere.exists()
    assert torn.exists()


def test_without_state_nothing_is_known_and_every_lock_stays(tmp_path: Path) -> None:
    left = lock(tmp_path, GONE)
    assert released(tmp_path) == []
    assert left.exists()
