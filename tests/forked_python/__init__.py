"""A `python3` for the engine, its plugins and scimctl that is forked, which takes a tenth of the time."""

import atexit
import os
import shlex
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path

from tests.forked_python.client import PIP_LIST

_HERE = Path(__file__).parent
_SCRIPT = """\
#!/bin/sh
exec {python} -IS {client} {server} {packages} "$@"
"""


def pythons(folder: Path) -> Path:
    """Put `python` and `python3` into a new folder, and return it."""
    folder.mkdir()
    (packages := folder / "packages.json").write_text(_packages())
    words = {"python": sys.executable, "client": _HERE / "client.py", "server": _server(), "packages": packages}
    script = _SCRIPT.format(**{name: shlex.quote(str(word)) for name, word in words.items()})
    for name in ("python", "python3"):
        (folder / name).write_text(script)
        (folder / name).chmod(0o755)
    return folder


@cache
def _server() -> str:
    """Start the fork server of this process of tests, which it ends with, and return its address."""
    address = Path(tempfile.mkdtemp()) / "fork-server"
    command = [sys.executable, "-m", "tests.forked_python.server", str(address)]
    environment = {**os.environ, "LC_ALL": "C.UTF-8"}
    server = subprocess.Popen(
        command, cwd=_HERE.parents[1], env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    atexit.register(server.communicate)
    assert server.stdout
    server.stdout.readline()
    return str(address)


@cache
def _packages() -> str:
    asked = [sys.executable, *PIP_LIST, "--disable-pip-version-check"]
    return subprocess.run(asked, capture_output=True, text=True, check=True).stdout
