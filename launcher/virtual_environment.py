"""The virtual environment in the user's cache, made once for each set of lock files and Python.

It is made where it stays, since a virtual environment does not work elsewhere; a marker file marks it as complete.
"""

import hashlib
import platform
import re
import shutil
import sys
from pathlib import Path

from launcher.locks import locked
from launcher.paths import PROJECT, beside, cache
from launcher.processes import behind, reason

LOCK = PROJECT / "sandbox" / "requirements.lock"  # of the program and the sandbox
TESTS_LOCK = PROJECT / "tests" / "requirements.lock"  # of these and the tests
ENTRY = PROJECT / "scimctl_entry.py"  # what is installed of this project: the program `scimctl`
WORK = "installing the Python packages"


def bin_folder(*, with_tests: bool = False) -> Path:
    """Return the `bin` folder of the virtual environment, after making what is missing.

    Raises:
        MissingError: no package index answers, or pip refuses.
        StorageError: the disk of the cache is full.
    """
    folder = cache() / f"venv-{fingerprint()}"
    marker = folder / ("complete-with-tests" if with_tests else "complete")
    if not marker.exists():
        with locked(beside(folder, "lock"), to="install the Python packages"):
            if not marker.exists():
                _install(folder, TESTS_LOCK if with_tests else LOCK)
                (folder / "complete").touch()
                marker.touch()
    return folder / "bin"


def _install(folder: Path, lock: Path) -> None:
    log = beside(folder, "log")
    log.unlink(missing_ok=True)
    pip = [str(folder / "bin" / "python"), "-m", "pip", "install", "--no-input", "--disable-pip-version-check"]
    steps = [
        (WORK, [*pip, "--progress-bar=off", "--require-hashes", f"--requirement={lock}"]),
        # With the build backend that is locked, too
        ("installing scimctl", [*pip, "--no-deps", "--no-build-isolation", str(PROJECT)]),
    ]
    if not (folder / "complete").exists():
        shutil.rmtree(folder, ignore_errors=True)
        steps.insert(0, ("making a virtual environment", [sys.executable, "-m", "venv", str(folder)]))
    for title, command in steps:
        if behind(title, command, log):
            raise reason(log, WORK)


def fingerprint() -> str:
    """Name this Python and what is installed: another of either needs another virtual environment."""
    digest = hashlib.sha256(f"{sys.base_prefix} {platform.python_version()}".encode())
    for path in (LOCK, TESTS_LOCK, ENTRY):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def pinned(package: str) -> str:
    """Return the version that requirements.txt pins a package to."""
    text = (PROJECT / "requirements.txt").read_text()
    found = re.search(rf"^{re.escape(package)}==(\S+)", text, re.MULTILINE)
    if not found:
        raise LookupError(f"requirements.txt pins no {package}")
    return found[1]
