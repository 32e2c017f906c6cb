"""A separate folder and sandbox for the benchmark, on free ports, from its first instruction until it accepts."""

import json
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from launcher.errors import SandboxError
from launcher.locks import locked, wait_until
from launcher.paths import PROJECT, STATE, make_private
from launcher.processes import last_line

FREE_PORTS = ("--entra-port", "0", "--greenlake-port", "0", "--page-port", "0")
STOP_S = 10.0


@dataclass(frozen=True)
class Services:
    """A sandbox that runs; `started_s` is how long it took to be ready."""

    state: Path
    entra: str
    started_s: float


@contextmanager
def bench_folder() -> Generator[Path, None, None]:
    """Hold the empty folder while the block runs, after ending what a benchmark that was killed left there."""
    folder = STATE / "bench"
    with locked(STATE / "bench.lock", to="end its benchmark"):
        end_leftover(folder / "sandbox")
        shutil.rmtree(folder, ignore_errors=True)
        try:
            yield make_private(folder)
        finally:
            shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def running(python: str, state: Path) -> Generator[Services, None, None]:
    """Start a sandbox with nothing in its state folder, and stop it at the end. SandboxError if it ends instead."""
    shutil.rmtree(state, ignore_errors=True)
    log = make_private(state) / "sandbox.log"
    began = time.monotonic()
    with log.open("w") as output:
        process = subprocess.Popen(
            [python, "-m", "sandbox", "--state", str(state), *FREE_PORTS],
            cwd=PROJECT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=output,
            start_new_session=True,
        )
    try:
        ready = process.stdout.readline() if process.stdout else b""  # all that it prints, once both ports accept
        started_s = time.monotonic() - began
        if not ready:
            raise SandboxError(f"the benchmark's sandbox did not start: {last_line(log.read_text())}")
        notice = json.loads((state / "sandbox.json").read_text())
        yield Services(state, notice["entra"], started_s)
    finally:
        _stop(process)


def end_leftover(state: Path) -> None:
    """End the sandbox of a benchmark that was killed, which would go on pushing and spoil what is measured now."""
    try:
        pid = int(json.loads((state / "sandbox.json").read_text())["pid"])
    except (OSError, ValueError, KeyError):
        return
    if _is_there(pid, state):
        os.kill(pid, signal.SIGTERM)
        wait_until(lambda: not _is_there(pid, state), seconds=STOP_S)


def _is_there(pid: int, state: Path) -> bool:
    """Return whether a process is a sandbox with this state folder: ids are used again."""
    try:
        return str(state).encode() in Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except OSError:
        return False


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.communicate(timeout=STOP_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
