"""Clones with and without a sandbox that runs, and caches that lack one thing or another."""

import os
import shutil
import sys
from collections.abc import Generator
from pathlib import Path

import pytest

from launcher import virtual_environment
from launcher.virtual_environment import fingerprint
from tests.launcher.clone import Clone

ANY_PORTS = ("--entra-port", "0", "--greenlake-port", "0", "--page-port", "0")
EVERYDAY_TOOLS = ("sh", "dirname", "tail", "cat", "env")


@pytest.fixture
def clone(tmp_path: Path) -> Generator[Clone, None, None]:
    """A fresh clone, in a folder whose name a careless script would trip over."""
    fresh = Clone.make(tmp_path / "it's a clone")
    yield fresh
    if (fresh.state / "sandbox.json").exists():
        fresh.run("sandbox", "stop")


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Generator[Clone, None, None]:
    """A clone whose sandbox runs, for tests that leave it as it is."""
    shared = Clone.make(tmp_path_factory.mktemp("shared") / "it's a clone")
    started = shared.run("sandbox", "start", *ANY_PORTS)
    assert started.code == 0, started.err
    yield shared
    shared.run("sandbox", "stop")


@pytest.fixture
def cache_without_engine(tmp_path: Path) -> Path:
    """A cache that has the virtual environment and nothing else."""
    home = tmp_path / "cache"
    (home / "greenlake-scim").mkdir(parents=True)
    (home / "greenlake-scim" / f"venv-{fingerprint()}").symlink_to(virtual_environment.bin_folder().parent)
    return home


@pytest.fixture
def bare_path(tmp_path: Path) -> Path:
    """A PATH with this Python and what every system has, and no Go, Pulumi or plugin."""
    folder = tmp_path / "bare-bin"
    folder.mkdir()
    for tool in EVERYDAY_TOOLS:
        (folder / tool).symlink_to(shutil.which(tool) or tool)
    (folder / "python3").symlink_to(Path(sys.base_prefix) / "bin" / f"python3.{sys.version_info.minor}")
    return folder


@pytest.fixture
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Send every download to a proxy that is not there."""
    for name in [name for name in os.environ if name.lower().endswith("_proxy")]:
        monkeypatch.delenv(name)
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
