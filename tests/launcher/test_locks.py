"""Two at a time: the second waits, reports it, and finds what the first has made."""

import fcntl
import os
import subprocess
from pathlib import Path

from launcher import virtual_environment
from launcher.virtual_environment import fingerprint
from tests.launcher.clone import Clone
from tests.sandbox.driver import PATIENCE_S


def test_the_second_waits_and_takes_what_the_first_has_made(clone: Clone, tmp_path: Path) -> None:
    home = tmp_path / "cache" / "greenlake-scim"
    home.mkdir(parents=True)
    with (home / f"venv-{fingerprint()}.lock").open("w") as first:
        fcntl.flock(first, fcntl.LOCK_EX)
        second = subprocess.Popen(
            clone.command("scimctl", "status", "--help"),
            env={**os.environ, "XDG_CACHE_HOME": str(home.parent)},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert second.stderr
        assert second.stderr.readline() == "waiting for another ./run to install the Python packages ...\n"
        (home / f"venv-{fingerprint()}").symlink_to(virtual_environment.bin_folder().parent)
    shown, rest = second.communicate(timeout=PATIENCE_S)
    assert second.returncode == 0, rest
    assert "installing the Python packages ..." not in rest
    assert shown.startswith("usage: ./run scimctl status")
