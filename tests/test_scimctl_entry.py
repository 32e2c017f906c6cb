"""`scimctl` works in every folder of a checkout; anywhere else it ends with one line."""

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from scimctl import __version__

PROJECT = Path(__file__).parents[1]
SCIMCTL = str(Path(sys.executable).with_name("scimctl"))


def said(folder: Path, *command: str, **environ: str) -> "subprocess.CompletedProcess[str]":
    env: Mapping[str, str] = {**os.environ, **environ}
    return subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("folder", [".", "docs/adr", "scimctl/commands"])
def test_it_works_in_every_folder_of_the_project(folder: str) -> None:
    done = said(PROJECT / folder, SCIMCTL, "--version")

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith(f"scimctl {__version__}")


def test_it_runs_the_code_of_the_checkout_it_is_called_in(tmp_path: Path) -> None:
    (tmp_path / "scimctl").mkdir()
    (tmp_path / "scimctl" / "__main__.py").write_text("print('of this checkout')")
    shutil.copy(PROJECT / "Pulumi.yaml", tmp_path)

    assert said(tmp_path, SCIMCTL).stdout == "of this checkout\n"


def test_outside_of_the_project_it_ends_with_one_line(tmp_path: Path) -> None:
    done = said(tmp_path, SCIMCTL, "status")

    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 1)
    assert "not inside the project" in done.stderr


def test_in_a_folder_that_was_deleted_it_ends_with_one_line(tmp_path: Path) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    done = said(gone, "sh", "-c", 'rmdir "$PWD" && exec "$0" status', SCIMCTL)

    assert (done.returncode, done.stderr.count("\n")) == (1, 1)


def test_without_the_packages_of_the_environment_it_ends_with_one_line() -> None:
    done = said(PROJECT, sys.executable, "-S", "-m", "scimctl", "status", PYTHONPATH="")

    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 1)
    assert "not installed: activate the virtual environment" in done.stderr


def test_the_installed_version_is_that_of_the_command_line() -> None:
    assert f'\nversion = "{__version__}"\n' in (PROJECT / "pyproject.toml").read_text()
