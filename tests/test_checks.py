"""What no run of the code shows: style, types and who may import whom."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.long  # pyright takes a minute

_PROJECT = Path(__file__).parent.parent


def _passes(*command: str) -> None:
    """Run a check on the whole project; what it finds wrong is the failure's text, whole."""
    bin_path = Path(sys.executable).parent
    # pyright looks for `python` on PATH, and with it for the packages that the code imports.
    environment = {**os.environ, "PATH": f"{bin_path}{os.pathsep}{os.environ['PATH']}"}
    said = subprocess.run(
        [bin_path / command[0], *command[1:]],
        cwd=_PROJECT,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if said.returncode:
        pytest.fail(f"{said.stdout}{said.stderr}", pytrace=False)


def test_every_type_holds() -> None:
    _passes("pyright")


def test_the_code_is_in_style() -> None:
    _passes("ruff", "check")


def test_the_code_is_formatted() -> None:
    _passes("ruff", "format", "--check")


def test_every_import_keeps_the_contracts() -> None:
    _passes("lint-imports")
