"""The three places that the launcher knows: the project, its state and the user's cache. It writes nowhere else."""

import os
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
STATE = PROJECT / ".sandbox"


def cache() -> Path:
    """Return the folder for what can be made again: virtual environments and engines. It may be deleted at any time."""
    base = os.environ.get("XDG_CACHE_HOME", "")
    root = Path(base) if base.startswith("/") else Path.home() / ".cache"
    return root / "greenlake-scim"


def beside(folder: Path, ending: str) -> Path:
    """Return the file beside a cached thing that has its name: the log of how it was made, the lock while it is."""
    return folder.with_name(f"{folder.name}.{ending}")


def make_private(folder: Path) -> Path:
    """Create a folder that only its owner can read, where it is missing."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder
