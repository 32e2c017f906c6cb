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


def running(state: Path = STATE) -> Running | None:
    """Return the sandbox of a state folder, if it runs. A notice that a killed one left behind counts for nothing."""
    try:
        notice = json.loads((state / "sandbox.json").read_text())
        found = Running(**{name: notice[name] for name in Running.__dataclass_fields__})
    except (OSError, ValueError, KeyError):
        return None
    return found if _is_there(found.pid, state) else None


def start(venv_bin: Path, options: Sequence[str] = (), state: Path = STATE) -> Running:
    """Start the sandbox unless it runs; return once its ports accept.

    Raises:
        SandboxError: it ended instead; the message is the sandbox's own.
    """
    make_private(state)
    with locked(state / "start.lock", to="start the sandbox"):
        return running(state) or _start(venv_bin, options, state)


def stop(state: Path = STATE) -> bool:
    """Stop the sandbox if it runs; return whether it did."""
    found = running(state)
    if not found:
        return False
    for number in (signal.SIGTERM, signal.SIGKILL):
        os.kill(found.pid, number)
        if wait_until(lambda: not _is_there(found.pid, state), seconds=STOP_S):
            return True
    raise SandboxError(f"the sandbox, process {found.pid}, does not end: look at it with `ps -fp {found.pid}`")


def _start(venv_bin: Path, options: Sequence[str], state: Path) -> Running:
    file = state / LOG.name
    mode = "ab" if file.exists() and file.stat().st_size < LOG_LIMIT_BYTES else "wb"
    command = [str(venv_bin / "python"), "-m", "sandbox", "--state", str(state), *(options or usual_ports())]
    with file.open(mode) as log:
        offset = log.tell()
        process = detached(command, log)
    file.chmod(0o600)

    def settled() -> bool:
        found = running(state)
        return process.poll() is not None or (found is not None and found.pid == process.pid)

    with working("starting the sandbox") as update:
        in_time = wait_until(settled, seconds=START_S, update=update)
        found = running(state)
        if not in_time:
            process.kill()
            process.wait()
        if not found:
            raise _refusal(process.returncode, last_line(read_from(file, offset)), file)
    ports = [urlsplit(url).port for url in (found.entra, found.greenlake, found.page)]
    (state / PORTS.name).write_text(json.dumps(ports))
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


def _refusal(code: int, why: str, log: Path) -> SandboxError:
    if code == PORT_TAKEN:
        return SandboxError(f"{why}; `./run sandbox --help` shows how")
    if why.startswith("sandbox: "):
        return SandboxError(why)
    return SandboxError(f"the sandbox did not start: {why or 'it printed nothing'} ({log})")


def _is_there(pid: int, state: Path) -> bool:
    """Report whether a process is the sandbox of a state folder: ids are used again, and we are going to signal it."""
    try:
        command = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except OSError:
        return False
    return b"sandbox" in command and str(state).encode() in command
