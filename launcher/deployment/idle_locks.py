"""The lock of an engine that was ended before it began anything: while it previewed, or at its question."""

import json
import socket
from pathlib import Path


def release_idle_locks(locks: Path, checkpoint: Path) -> list[int]:
    """Remove the locks of engines of this host that have ended and began no operation; return their process ids.

    An engine writes the state before each operation, so one whose lock is younger than the state began none.
    """
    released: list[int] = []
    for path in locks.glob("*.json"):
        try:
            owner = json.loads(path.read_text())
            idle = path.stat().st_mtime_ns > checkpoint.stat().st_mtime_ns
            pid, here = int(owner["pid"]), owner["hostname"] == socket.gethostname()
        except (OSError, ValueError, KeyError, TypeError):
            continue  # there is no state, or the lock is just being written or taken away
        if idle and here and not _is_engine(pid):
            path.unlink(missing_ok=True)
            released.append(pid)
    return released


def _is_engine(pid: int) -> bool:
    """Return whether a process is an engine; on a machine without /proc every process may be one."""
    if not Path("/proc/self/cmdline").exists():
        return True
    try:
        return b"pulumi" in Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")[0]
    except OSError:
        return False
