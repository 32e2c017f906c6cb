"""A Python that knows what pip lists: the engine's language host asks in every run, and each time for half a second."""

import shlex
import subprocess
import sys
from functools import cache
from pathlib import Path

_ASKED = "-m pip list -v --format json"
_SCRIPT = """\
#!/bin/sh
[ "$*" = {asked} ] && exec cat "$0.packages.json"
exec {python} "$@"
"""


def python_that_knows(folder: Path) -> Path:
    """Put a `python3` into a new folder that answers from memory and is otherwise this one; return the folder."""
    folder.mkdir()
    python = folder / "python3"
    python.write_text(_SCRIPT.format(asked=shlex.quote(_ASKED), python=shlex.quote(sys.executable)))
    python.chmod(0o755)
    (folder / "python3.packages.json").write_text(_packages())
    return folder


@cache
def _packages() -> str:
    asked = [sys.executable, *_ASKED.split(), "--disable-pip-version-check"]
    return subprocess.run(asked, capture_output=True, text=True, check=True).stdout
