"""Only a lock whose engine has ended, on this host, before it began anything is taken away by itself."""

import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from launcher.deployment.idle_locks import release_idle_locks
from launcher.locks import wait_until
from tests.sandbox.driver import PATIENCE_S

GONE = 4_000_000  # above every process id


@pytest.fixture
def checkpoint(tmp_path: Path) -> Path:
    file = tmp_path / "sandbox.json"
    file.write_text("{}")
    os.utime(file, ns=(0, file.stat().st_mtime_ns - 1_000_000_000))
    return file


def lock(folder: Path, pid: int, host: str = "") -> Path:
    path = folder / "locks" / f"{pid}.json"
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps({"pid": pid, "username": "ada", "hostname": host or socket.gethostname()}))
    return path


def released(checkpoint: Path) -> list[int]:
    return release_idle_locks(checkpoint.parent / "locks", checkpoint)


def test_the_lock_of_an_engine_that_ended_before_it_began_anything_is_taken_away(checkpoint: Path) -> None:
    left = lock(checkpoint.parent, GONE)
    assert released(checkpoint) == [GONE]
    assert not left.exists()
    assert released(checkpoint) == []


def test_the_lock_of_an_engine_that_wrote_state_stays_for_recover(checkpoint: Path) -> None:
    left = lock(checkpoint.parent, GONE)
    os.utime(left, ns=(0, checkpoint.stat().st_mtime_ns))
    assert released(checkpoint) == []
    assert left.exists()


def test_the_lock_of_an_engine_that_runs_stays(checkpoint: Path) -> None:
    command = ["/opt/pulumi", "-c", "input()"]
    with subprocess.Popen(command, executable=sys.executable, stdin=subprocess.PIPE) as running:
        assert wait_until(lambda: Path(f"/proc/{running.pid}/cmdline").read_bytes() != b"", seconds=PATIENCE_S)
        held = lock(checkpoint.parent, running.pid)
        assert released(checkpoint) == []
        running.communicate(b"\n", timeout=PATIENCE_S)
    assert held.exists()


def test_the_lock_of_another_host_and_one_that_cannot_be_read_stay(checkpoint: Path) -> None:
    elsewhere, torn = lock(checkpoint.parent, GONE, "another.example"), lock(checkpoint.parent, GONE + 1)
    for text in ("", "[]", "{}", '{"pid": "x", "hostname": ""}'):
        torn.write_text(text)
        assert released(checkpoint) == []
    assert elsewhere.exists()
    assert torn.exists()


def test_without_state_nothing_is_known_and_every_lock_stays(tmp_path: Path) -> None:
    left = lock(tmp_path, GONE)
    assert release_idle_locks(tmp_path / "locks", tmp_path / "none.json") == []
    assert left.exists()
