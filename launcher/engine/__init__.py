"""Where the Pulumi engine comes from: PATH, the cache, Pulumi's own installer, Go modules; in this order."""

import platform
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

from launcher.engine import installer, source_build
from launcher.engine.version import MINIMUM, fits, version_of
from launcher.locks import locked
from launcher.paths import beside, cache
from launcher.progress import say
from launcher.requirements import pinned

ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64"}


@dataclass(frozen=True)
class Engine:
    """A folder with `pulumi` and its language host in it, and whether it was built here."""

    folder: Path
    built: bool


def find_or_make(venv_bin: Path) -> Engine:
    """Return an engine that fits the SDK of requirements.txt, after getting one where there is none.

    Raises:
        MissingError: there is neither a network nor Go.
        StorageError: the disk of the cache is full.
    """
    on_path = shutil.which("pulumi")
    built, installed = _built_folder(), _installed_folder()
    if on_path and Path(on_path).parent not in (built, installed):
        version = version_of(on_path)
        if fits(version):
            return Engine(Path(on_path).parent, built=False)
        say(f"{on_path} is version {version or 'unknown'}; the program needs 3.x from {MINIMUM} on: looking elsewhere")
    if not (built.exists() or installed.exists()):
        with locked(beside(built, "lock"), to="get the Pulumi engine"):
            if not (built.exists() or installed.exists() or installer.install(installed.parent, venv_bin)):
                source_build.build(built)
    return Engine(installed, built=False) if installed.exists() else Engine(built, built=True)


def _name() -> str:
    machine = platform.machine()
    return f"{pinned('pulumi')}-{sys.platform}-{ARCHITECTURES.get(machine, machine)}"


def _built_folder() -> Path:
    return cache() / f"engine-{_name()}"


def _installed_folder() -> Path:
    return cache() / f"engine-{_name()}-installed" / "bin"
