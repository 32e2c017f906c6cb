"""The README's commands, run in order by somebody who has just cloned the project and has an empty home."""

import os
import re
import subprocess
from collections.abc import Generator, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.launcher.clone import PROJECT, Clone

pytestmark = pytest.mark.engine

README = (PROJECT / "README.md").read_text()
_CHANGING = re.compile(r"[0-9a-f]{12}|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ|\d+")


@dataclass
class Shown:
    """A command of the README and the lines that it shows below it."""

    command: str
    lines: list[str] = field(default_factory=list[str])


def commands() -> Iterator[Shown]:
    """List what stands behind `$` in the README's console blocks."""
    shown = None
    for block in re.findall(r"^```console\n(.*?)^```", README, re.DOTALL | re.MULTILINE):
        for line in block.splitlines():
            if line.startswith("$ "):
                if shown:
                    yield shown
                shown = Shown(line.removeprefix("$ "))
            elif shown and line != "...":
                shown.lines.append(line)
    if shown:
        yield shown


def shape(line: str) -> str:
    """Return a line without what differs from run to run."""
    return _CHANGING.sub("#", " ".join(line.split()))


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Generator[Clone]:
    made = Clone.make(tmp_path_factory.mktemp("clone") / "greenlake-scim")
    yield made
    made.run("down")


def cache() -> str:
    """Return the real user's cache, so that nothing is downloaded or built again."""
    return os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")


def files(root: Path) -> set[str]:
    """List the files outside of the state folder and of Python's own caches."""
    names = {str(path.relative_to(root)) for path in root.rglob("*") if path.is_file()}
    return {name for name in names if not name.startswith(".sandbox/") and "__pycache__" not in name}


def test_every_command_works_prints_what_is_shown_and_leaves_nothing_elsewhere(clone: Clone, home: Path) -> None:
    environ = {**os.environ, "HOME": str(home), "XDG_CACHE_HOME": cache()}
    before = files(clone.root)
    for shown in commands():
        done = subprocess.run(
            ["sh", "-c", shown.command],
            cwd=clone.root,
            env=environ,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        assert done.returncode == 0, f"{shown.command}\n{done.stdout}\n{done.stderr}"
        printed = {shape(line) for line in done.stdout.splitlines()}
        assert {shape(line) for line in shown.lines} <= printed, f"{shown.command}\n{done.stdout}"
    assert files(clone.root) == before
    assert [path for path in home.rglob("*") if path.is_file()] == []


def test_the_steps_for_real_tenants_name_files_and_settings_that_exist() -> None:
    for path in re.findall(r"\]\(([\w./-]+)\)", README):
        assert (PROJECT / path).exists(), path
    configuration = (PROJECT / "docs" / "configuration.md").read_text()
    sections = re.findall(r"^## (\w+)\n(.*?)(?=^## |\Z)", configuration, re.MULTILINE | re.DOTALL)
    keys = {f"{name}.{key}" for name, text in sections for key in re.findall(r"^\| `(\w+)`", text, re.MULTILINE)}
    named = set(re.findall(r"`((?:token|access|app|provisioning|greenlake)\.\w+)", README))
    assert named
    assert named <= keys
