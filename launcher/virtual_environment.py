"""The virtual environment in the user's cache, made once for each set of requirement files and Python.

It is made where it stays, since a virtual environment does not work elsewhere; a marker file says that it is complete.
"""

import os
import shutil
import sys
from pathlib import Path

from launcher.locks import locked
from launcher.log_reasons import reason
from launcher.paths import beside, cache
from launcher.processes import last_line, read_from, run_behind
from launcher.progress import Progress, working
from launcher.requirements import PROGRAM, TESTS, fingerprint


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
                _install(folder, with_tests=with_tests)
                (folder / "complete").touch()
                marker.touch()
    return folder / "bin"


def _install(folder: Path, *, with_tests: bool) -> None:
    log = beside(folder, "log")
    log.unlink(missing_ok=True)
    with working("installing the Python packages") as progress:
        if not (folder / "complete").exists():
            shutil.rmtree(folder, ignore_errors=True)
            _run([sys.executable, "-m", "venv", str(folder)], log, progress)
        files = [f"--requirement={path}" for path in (*PROGRAM, *([TESTS] if with_tests else []))]
        pip = [str(folder / "bin" / "python"), "-m", "pip", "install", "--no-input", "--disable-pip-version-check"]
        _run([*pip, "--progress-bar=off", *files], log, progress)


def _run(command: list[str], log: Path, progress: Progress) -> None:
    code = run_behind(command, environment=os.environ, log=log, progress=progress, describe=last_line)
    if code:
        raise reason(read_from(log, 0), work="installing the Python packages", log=log)
