"""The sources of the Pulumi engine: PATH, the cache, Pulumi's releases, Go modules; in this order."""

import os
import platform
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from launcher.engine import release, source_build
from launcher.locks import locked
from launcher.paths import beside, cache
from launcher.processes import answer
from launcher.progress import say
from launcher.virtual_environment import pinned

ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64"}
MINIMUM = "3.231.0"  # the oldest Pulumi that the azuread SDK of requirements.txt declares to work with


@dataclass(frozen=True)
class Engine:
    """A folder with `pulumi` and its language host in it, and whether it was built here."""

    folder: Path
    built: bool


def find_or_make(venv_bin: Path) -> Engine:
    """Return an engine that fits the SDK of requirements.txt, after getting one if there is none.

    Raises:
        MissingError: there is neither a network nor Go.
        StorageError: the disk of the cache is full.
    """
    on_path = shutil.which("pulumi")
    machine = platform.machine()
    here = f"{sys.platform}-{ARCHITECTURES.get(machine, machine)}"
    built = cache() / f"engine-{source_build.version(source_build.ENGINE)}-{here}"
    installed = cache() / f"engine-{pinned('pulumi')}-{here}-installed" / "bin"
    if on_path and Path(on_path).parent not in (built, installed):
        version = version_of(on_path)
        if fits(version):
            return Engine(Path(on_path).parent, built=False)
        say(f"{on_path} is version {version or 'unknown'}; the program needs 3.x from {MINIMUM} on: looking elsewhere")
    if not (built.exists() or installed.exists()):
        with locked(beside(built, "lock"), to="get the Pulumi engine"):
            if not (built.exists() or installed.exists() or release.install(installed.parent, venv_bin)):
                source_build.build(built)
    return Engine(installed, built=False) if installed.exists() else Engine(built, built=True)


def fits(version: str) -> bool:
    """Report whether an engine's version has the major of the SDK and is recent enough."""
    return _numbers(version)[:1] == _numbers(MINIMUM)[:1] and _numbers(version) >= _numbers(MINIMUM)


def version_of(pulumi: str) -> str:
    """Ask an engine for its version; "" if it does not even start."""
    try:
        asked = answer([pulumi, "version"], {**os.environ, "PULUMI_SKIP_UPDATE_CHECK": "true"}, timeout=30)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return "" if asked.returncode else asked.stdout.strip()


def _numbers(version: str) -> tuple[int, ...]:
    found = re.match(r"v?(\d+)\.(\d+)\.(\d+)", version)
    return tuple(int(part) for part in found.groups()) if found else ()
