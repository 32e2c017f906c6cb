"""The Python processes that serve our dynamic resources to an engine, and never end if it is killed."""

import os
import signal
import socket
import time
from itertools import pairwise
from pathlib import Path

_CONNECT_S = 2.0
_END_S = 5.0
_LOOK_S = 0.1


def orphaned_hosts(backend_url: str, stack: str) -> list[int]:
    """List the process ids of hosts on this machine that served this stack and whose engine is dead.

    A host is given its engine's address: an engine is dead for certain if nobody listens there any more. On a machine
    without /proc none is found.
    """
    pids = [int(path.name) for path in Path("/proc").glob("[0-9]*")]
    return [pid for pid in pids if _served(pid, backend_url, stack) and _is_dead(_engine_of(pid))]


def end(pid: int) -> None:
    """End a host, at the latest after 5 s."""
    try:
        os.kill(pid, signal.SIGTERM)
        until = time.monotonic() + _END_S
        while _engine_of(pid) and time.monotonic() < until:
            time.sleep(_LOOK_S)
        if _engine_of(pid):
            os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return


def _served(pid: int, backend_url: str, stack: str) -> bool:
    environ = _fields(pid, "environ")
    return {f"PULUMI_BACKEND_URL={backend_url}", f"PULUMI_STACK={stack}"} <= set(environ)


def _engine_of(pid: int) -> str:
    """Return the address of the engine that a host was started for, "" if the process is not a host."""
    arguments = _fields(pid, "cmdline")
    is_host = any(pair == ("-m", "pulumi.dynamic") for pair in pairwise(arguments))
    return arguments[-1] if is_host else ""


def _is_dead(engine: str) -> bool:
    host, _, port = engine.rpartition(":")
    if not port.isdecimal():
        return False
    try:
        socket.create_connection((host, int(port)), timeout=_CONNECT_S).close()
    except ConnectionRefusedError:
        return True
    except OSError:
        return False
    return False


def _fields(pid: int, file: str) -> list[str]:
    try:
        return Path(f"/proc/{pid}/{file}").read_bytes().decode(errors="replace").rstrip("\0").split("\0")
    except OSError:
        return []
