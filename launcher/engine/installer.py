"""Pulumi's own installer, run through the SDK in a child process, because it has no time limit."""

import os
import shutil
from pathlib import Path

from launcher.paths import PROJECT, beside
from launcher.processes import behind
from launcher.progress import say

CHILD = PROJECT / "launcher" / "engine" / "installer_child.py"
REACH_S = 10.0  # to reach the installer's host at all
INSTALL_S = 600.0  # to download about 150 MB


def install(root: Path, venv_bin: Path) -> bool:
    """Install the SDK's own version under `root`, whole or not at all; return whether it worked."""
    staging = beside(root, str(os.getpid()))
    log = beside(root, "log")
    log.unlink(missing_ok=True)
    command = [str(venv_bin / "python"), str(CHILD), str(staging)]
    try:
        code = behind(
            "trying Pulumi's own installer",
            command,
            log,
            give_up=lambda text, elapsed: elapsed > (INSTALL_S if "reached" in text else REACH_S),
        )
        if code:
            say(f"Pulumi's own installer cannot be used here: see {log}")
            return False
        staging.rename(root)
    finally:
        shutil.rmtree(staging, ignore_errors=True)
    return True
