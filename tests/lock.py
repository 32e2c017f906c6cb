"""Makes the lock files anew: `python -m tests.lock` in the environment that `./run test` made.

Each lock file has the one version and the hashes of everything that is installed, for every supported Python and
system: of the program, of that and the sandbox, and of these and the tests. A version stays unless a requirement
changed; `--upgrade` takes the newest ones. The index is the environment's: PIP_INDEX_URL, or uv's own variables.
"""

import os
import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

PROJECT = Path(__file__).parents[1]
REQUIREMENTS = ("requirements.txt", "sandbox/requirements.txt", "tests/requirements.txt")
OLDEST_PYTHON = "3.10"


def main(options: Sequence[str]) -> None:
    """Make the largest lock file first: the others take their versions from it."""
    inputs = list(REQUIREMENTS)
    constraints: list[str] = []
    while inputs:
        lock = lock_of(inputs[-1])
        _compile(inputs, lock, [*constraints, *options])
        constraints = ["--constraint", lock]
        inputs.pop()


def lock_of(requirements: str) -> str:
    """Return the path of the lock file of a requirement file, within the project."""
    return requirements.replace(".txt", ".lock")


def build_backend() -> str:
    """Return the requirement that builds the program `scimctl`, so that it is locked, too."""
    found = re.search(r'^requires = \["(\S+)"\]', (PROJECT / "pyproject.toml").read_text(), re.MULTILINE)
    assert found
    return found[1]


def _compile(inputs: Sequence[str], lock: str, options: Sequence[str]) -> None:
    command = [str(Path(sys.executable).with_name("uv")), "pip", "compile", "--quiet", "--universal"]
    command += ["--python-version", OLDEST_PYTHON, "--fork-strategy", "fewest", "--generate-hashes"]
    command += ["--no-strip-extras", "--no-emit-package", "greenlake-scim"]  # pip wants the extras named
    command += ["--custom-compile-command", "python -m tests.lock"]
    command += ["--output-file", lock, *options, *inputs, "-"]
    subprocess.run(command, cwd=PROJECT, env=_environment(os.environ), input=build_backend(), text=True, check=True)


def _environment(environ: Mapping[str, str]) -> dict[str, str]:
    """Give uv the index that pip uses."""
    index = environ.get("PIP_INDEX_URL")
    return {**({"UV_DEFAULT_INDEX": index} if index else {}), **environ}


if __name__ == "__main__":
    main(sys.argv[1:])
