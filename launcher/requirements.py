"""The requirement files, from which the names of virtual environment and engine follow."""

import hashlib
import platform
import re
import sys

from launcher.paths import PROJECT

PROGRAM = (PROJECT / "requirements.txt", PROJECT / "sandbox" / "requirements.txt")
TESTS = PROJECT / "tests" / "requirements.txt"
ENTRY = PROJECT / "scimctl_entry.py"  # what `.` in requirements.txt installs


def fingerprint() -> str:
    """Name this Python and all requirement files: another of either needs another virtual environment."""
    digest = hashlib.sha256(f"{sys.base_prefix} {platform.python_version()}".encode())
    for path in (*PROGRAM, TESTS, ENTRY):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def pinned(package: str) -> str:
    """Return the version that requirements.txt pins a package to."""
    found = re.search(rf"^{re.escape(package)}==(\S+)", PROGRAM[0].read_text(), re.MULTILINE)
    if not found:
        raise LookupError(f"requirements.txt pins no {package}")
    return found[1]
