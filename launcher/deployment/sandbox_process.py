"""The sandbox as a separate process: started detached, found again by its notice, stopped by a signal."""

import json
import os
import signal
import socket
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast
from urllib.parse import urlsplit

from launcher.errors import SandboxError
from launcher.locks import locked, wait_until
from launcher.paths import STATE, make_private
from launcher.processes import detached, last_line, read_from
from launcher.progress import say, working

NOTICE = STATE / "sandbox.json"
LOG = STATE / "sandbox.log"
PORTS = STATE / "ports.json"  # those of the last start: what was deployed to them looks for them there
LOG_LIMIT_BYTES = 5_000_000  # a log longer than this starts afresh with the sandbox
PORT_OPTIONS = ("--entra-port", "--greenlake-port", "--page-port")
HIGHEST_PORT = 65_535
FIRST_PORTS = (8443, 8444, 8445)
PORT_TAKEN = 3  # an exit code of the sandbox
START_S = 60.0
STOP_S = 10.0


@dataclass(frozen=True)
class Running:
    """A sandbox that runs, as its notice describes it."""

    pid: int
    entra: str
    greenlake: str
    version: str
    page: str


def running() -> Running | None:
    """Return the sandbox of this project, if it runs. A notice that a killed one left behind counts for nothing."""
    try:
        notice = json.loads(NOTICE.read_text())
        found = Running(**{name: notice[name] for name in Running.__dataclass_fields__})
    except (OSError, ValueError, KeyError):
        return None
    return found if _is_ours(found.pid) else None


def start(venv_bin: Path, options: Sequence[str] = ()) -> Running:
    """Start the sandbox unless it runs; return once its ports accept.

    Raises:
        SandboxError: it ended instead; the message is the sandbox's own.
    """
    make_private(STATE)
    with locked(STATE / "start.lock", to="start the sandbox"):
        found = running()
        return found or _start(venv_bin, options)


def stop() -> bool:
    """Stop the sandbox if it runs; return whether it did."""
    found = running()
    if not found:
        return False
    os.kill(found.pid, signal.SIGTERM)
    if not wait_until(lambda: not _is_ours(found.pid), seconds=STOP_S):
        os.kill(found.pid, signal.SIGKILL)
        if not wait_until(lambda: not _is_ours(found.pid), seconds=STOP_S):
            raise SandboxError(f"the sandbox, process {found.pid}, does not end: look at it with `ps -fp {found.pid}`")
    return True


def _start(venv_bin: Path, options: Sequence[str]) -> Running:
    options = options or usual_ports()
    mode = "ab" if LOG.exists() and LOG.stat().st_size < LOG_LIMIT_BYTES else "wb"
    command = [str(venv_bin / "python"), "-m", "sandbox", "--state", str(STATE), *options]
    with LOG.open(mode) as log:
        offset = log.tell()
        process = detached(command, log)
    LOG.chmod(0o600)

    def settled() -> bool:
        found = running()
        return process.poll() is not None or (found is not None and found.pid == process.pid)

    with working("starting the sandbox") as progress:
        in_time = wait_until(settled, seconds=START_S, progress=progress)
        found = running()
        if not in_time:
            process.kill()
            process.wait()
        if not found:
            raise _refusal(process.returncode, last_line(read_from(LOG, offset)))
    PORTS.write_text(json.dumps([urlsplit(url).port for url in (found.entra, found.greenlake, found.page)]))
    say(f"sandbox: Entra at {found.entra}, GreenLake at {found.greenlake}, its page at {found.page}")
    return found


def usual_ports() -> Sequence[str]:
    """Return the options that start the sandbox on the ports of the last time; for a port that is taken now, on any."""
    ports = zip(PORT_OPTIONS, _remembered_ports() or FIRST_PORTS, strict=True)
    return [part for option, port in ports for part in (option, _free(port))]


def _remembered_ports() -> list[int]:
    """Return the ports of the last start, none if the file is not what was written."""
    try:
        found: object = json.loads(PORTS.read_text())
    except (OSError, ValueError):
        return []
    ports = cast("list[object]", found) if isinstance(found, list) else []
    valid = [port for port in ports if isinstance(port, int) and 0 < port <= HIGHEST_PORT]
    return valid if len(valid) == len(ports) == len(FIRST_PORTS) else []


def _free(port: int) -> str:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            say(f"port {port} cannot be used ({error.strerror}): another one is used")
            return "0"
    return str(port)


def _refusal(code: int, why: str) -> SandboxError:
    if code == PORT_TAKEN:
        return SandboxError(f"{why}; `./run sandbox --help` shows how")
    if why.startswith("sandbox: "):
        return SandboxError(why)
    return SandboxError(f"the sandbox did not start: {why or 'it printed nothing'} ({LOG})")


def _is_ours(pid: int) -> bool:
    """Report whether a process is this project's sandbox: ids are used again, and we are going to signal it."""
    try:
        command = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except OSError:
        return False
    return b"sandbox" in command and str(STATE).encode() in command
