"""What the log of a failed download or build says in one line: pip and Go both print pages."""

import shutil
import tempfile
from pathlib import Path

from launcher.errors import LauncherError, MissingError, StorageError
from launcher.processes import last_line

DISK_FULL = ("no space left on device", "disk quota exceeded")
UNREACHABLE = (
    "temporary failure in name resolution",
    "name or service not known",
    "failed to resolve",
    "newconnectionerror",
    "connecttimeouterror",
    "proxyerror",
    "network is unreachable",
    "no such host",
    "server misbehaving",
    "connection refused",
    "i/o timeout",
    "dial tcp",
    "(from versions: none)",  # all that pip says where it may not try twice
)
FULL_BYTES = 1_000_000  # with less than this left nothing is installed, and a log may not even say why


def reason(text: str, *, work: str, log: Path) -> LauncherError:
    """Turn the log of failed work into an error that says what to do."""
    lowered = text.lower()
    fullest = min(log.parent, Path(tempfile.gettempdir()), key=_free)
    if any(words in lowered for words in DISK_FULL) or _free(fullest) < FULL_BYTES:
        return disk_full(fullest, work)
    if any(words in lowered for words in UNREACHABLE):
        return MissingError(
            f"{work} needs a network, and none answers: connect, or set the proxy, and run it again ({log})"
        )
    return MissingError(f"{work} failed: {_telling_line(text)} ({log} has it all)")


def disk_full(folder: Path, work: str) -> StorageError:
    """Say that a disk is full, in one way everywhere."""
    return StorageError(f"{work} failed because the disk of {folder} is full: free some space and run it again")


def _free(folder: Path) -> int:
    return shutil.disk_usage(folder).free


def _telling_line(text: str) -> str:
    errors = [line for line in text.splitlines() if line.lower().startswith(("error:", "go: "))]
    return last_line(errors[-1] if errors else text)
