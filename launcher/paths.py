"""The three places that the launcher knows: the project, its state and the user's cache. It writes nowhere else."""

import os
import pwd
from pathlib import Path

from launcher.errors import StorageError

PROJECT = Path(__file__).resolve().parent.parent
STATE = PROJECT / ".sandbox"


def cache() -> Path:
    """Return the folder for what can be made again: virtual environments and engines. It may be deleted at any time."""
    base = os.environ.get("XDG_CACHE_HOME", "")
    root = Path(base) if base.startswith("/") else home() / ".cache"
    return root / "greenlake-scim"


def home() -> Path:
    """Return the folder in HOME, else the one that the system has for the user; StorageError if there is neither."""
    named = os.environ.get("HOME", "")
    try:
        return Path(named if named.startswith("/") else pwd.getpwuid(os.getuid()).pw_dir)
    except KeyError:
        raise StorageError(
            "this user has no home here: set HOME, or XDG_CACHE_HOME, to a folder that you can write to"
        ) from None


def beside(folder: Path, ending: str) -> Path:
    """Return the file beside a cached thing that has its name: the log of how it was made, the lock while it is."""
    return folder.with_name(f"{folder.name}.{ending}")


def make_private(folder: Path) -> Path:
    """Create a folder that only its owner can read, if it is missing."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder
