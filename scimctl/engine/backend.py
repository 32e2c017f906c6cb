"""The files of Pulumi's file backend: the state, and the lock that an engine deletes at its end unless it is killed."""

import json
import socket
import subprocess
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
from urllib.parse import unquote

PROJECT_NAME = "greenlake-scim"


@dataclass(frozen=True)
class Lock:
    """One lock: who holds it, as the engine wrote it down."""

    path: Path
    pid: int
    user: str
    host: str
    since: datetime

    @property
    def owner(self) -> str:
        """Name the owner for a person."""
        if not self.pid:
            return "a process that the torn lock file does not name"
        return f"process {self.pid} of {self.user} on {self.host}"

    @property
    def is_of_this_host(self) -> bool:
        """Return whether the owner ran on this host."""
        return self.host == socket.gethostname()

    @property
    def owner_lives(self) -> bool:
        """Return whether the owner is an engine that runs on this host; of other hosts nothing is known here."""
        return self.is_of_this_host and "pulumi" in _program(self.pid)

    @property
    def fate(self) -> str:
        """Return what is known of the owner, which does not run here."""
        return "it has ended" if self.is_of_this_host else "nothing is known here of that machine"


def folder_of(url: str) -> Path | None:
    """Return the folder of a file backend, None for any other backend."""
    if not url.startswith("file://"):
        return None
    return Path(unquote(url.removeprefix("file://").partition("?")[0])).expanduser()


def locks_of(backend: Path, stack: str) -> tuple[Lock, ...]:
    """List the locks of a stack, with those that a full disk let nobody finish, which the engine counts as locks."""
    folder = backend / ".pulumi" / "locks" / "organization" / PROJECT_NAME / stack.rpartition("/")[2]
    return tuple(_read(path) for path in sorted(folder.glob("*.json*")) if path.suffix != ".attrs")


def checkpoint_of(backend: Path, stack: str) -> Path:
    """Return the file that holds the state of a stack."""
    return backend / ".pulumi" / "stacks" / PROJECT_NAME / f"{stack.rpartition('/')[2]}.json"


def remove_torn_attributes(backend: Path) -> None:
    """Remove attributes that a killed engine was about to write: beside such a file the stack cannot be read.

    The engine replaces its state in one step, but not the attributes, and needs none.
    """
    for path in (backend / ".pulumi").rglob("*.attrs"):
        try:
            json.loads(path.read_text())
        except ValueError:
            path.unlink()


def _read(path: Path) -> Lock:
    """Read a lock; of one that a killed engine was about to write only the time is known."""
    try:
        said = json.loads(path.read_text(encoding="utf-8"))
        return Lock(path, int(said["pid"]), said["username"], said["hostname"], _moment(str(said["timestamp"])))
    except (ValueError, KeyError, TypeError):
        return Lock(path, 0, "?", "?", datetime.fromtimestamp(path.stat().st_mtime, timezone.utc))


def _program(pid: int) -> str:
    """Return the program of a process, "" if there is no such process."""
    if Path("/proc/self").exists():
        path = Path(f"/proc/{pid}/cmdline")
        return path.read_bytes().split(b"\0")[0].decode(errors="replace") if path.exists() else ""
    ps = ["ps", "-o", "comm=", "-p", str(pid)]  # macOS
    return subprocess.run(ps, capture_output=True, text=True, check=False).stdout


def _moment(text: str) -> datetime:
    """Read a moment as Go writes it, without the fraction of a second: nine digits are too many for Python 3.10."""
    zone = "+00:00" if text.endswith("Z") else text[-6:]
    return datetime.fromisoformat(text[:19] + zone)
