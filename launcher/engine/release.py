"""Pulumi's own release, by the script that CI installs it with, in a child process, because it may not be reached."""

import os
import shutil
from pathlib import Path

from launcher.paths import beside
from launcher.processes import behind
from launcher.progress import say

REACH_S = 10.0  # to reach the releases at all
INSTALL_S = 600.0  # to download about 150 MB


def install(root: Path, venv_bin: Path) -> bool:
    """Install the SDK's own version in `root`/bin, whole or not at all; return whether it worked."""
    staging = beside(root, str(os.getpid()))
    log = beside(root, "log")
    log.unlink(missing_ok=True)
    try:
        code = behind(
            "trying to download Pulumi",
            [str(venv_bin / "python"), "-m", "ci.install_engine", str(staging / "bin")],
            log,
            environment={**os.environ, "PATH": str(staging)},  # the Pulumi on PATH does not fit
            give_up=lambda text, elapsed: elapsed > (INSTALL_S if "downloading" in text else REACH_S),
        )
        if code:
            say(f"Pulumi cannot be downloaded here: see {log}")
            return False
        staging.rename(root)
    finally:
        shutil.rmtree(staging, ignore_errors=True)
    return True
