"""A full disk is one line that names the folder, wherever it strikes."""

import os
import shlex
import shutil
from pathlib import Path

import pytest

from launcher.virtual_environment import fingerprint
from tests.launcher.clone import Clone, Said, run
from tests.launcher.conftest import ANY_PORTS

NAMESPACE = ["unshare", "--user", "--map-root-user", "--mount"]


@pytest.fixture(scope="module", autouse=True)
def _needs_a_mount_namespace() -> None:
    if not shutil.which("unshare") or run([*NAMESPACE, "true"], os.environ).code:
        pytest.skip("a small disk needs `unshare --user --mount`, which this machine does not allow")


def with_small_disk(at: Path, size: str, script: str, command: list[str], **variables: str) -> Said:
    """Run a command where a folder is a disk of a given size; the script prepares it."""
    at.mkdir(exist_ok=True)
    mount = f"mount -t tmpfs -o size={size} tmpfs {shlex.quote(str(at))}"
    return run([*NAMESPACE, "sh", "-ec", f"{mount}\n{script}\nexec {shlex.join(command)}"], {**os.environ, **variables})


def test_a_full_cache_while_packages_are_installed(clone: Clone, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    said = with_small_disk(cache, "2m", "", clone.command("env"), XDG_CACHE_HOME=str(cache))
    assert said.code == 73
    assert said.last.startswith(f"run: installing the Python packages failed because the disk of {cache}")
    assert said.last.endswith("is full: free some space and run it again")


@pytest.mark.usefixtures("no_network")
def test_too_little_space_for_the_engine_is_reported_before_the_minutes_have_passed(
    clone: Clone, cache_without_engine: Path, bare_path: Path, tmp_path: Path
) -> None:
    (bare_path / "go").symlink_to("/bin/false")
    packages = (cache_without_engine / "greenlake-scim" / f"venv-{fingerprint()}").readlink()
    small = tmp_path / "small"
    script = (
        f"mkdir {shlex.quote(f'{small}/greenlake-scim')}\nln -s {packages} {shlex.quote(f'{small}/greenlake-scim/')}"
    )
    said = with_small_disk(
        small, "2m", script, ["env", f"PATH={bare_path}", *clone.command("env")], XDG_CACHE_HOME=str(small)
    )
    assert said.code == 73
    assert said.last.startswith("run: building the engine takes 6 GB for a while")


def test_a_full_disk_under_the_state_folder(clone: Clone) -> None:
    fill = f"dd if=/dev/zero of={shlex.quote(f'{clone.state}/filler')} bs=1k count=64 2>/dev/null || true"
    said = with_small_disk(clone.state, "32k", fill, clone.command("sandbox", "start", *ANY_PORTS))
    assert said.code in (70, 73)
    assert said.err.strip().count("\n") <= 2
    assert "full" in said.last or "disk" in said.last.lower() or "space" in said.last


def test_a_cache_that_cannot_be_written_is_one_line(clone: Clone, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    said = clone.run("env", XDG_CACHE_HOME=str(tmp_path / "file"))
    assert said.code == 73
    assert said.err.count("\n") == 1
    assert str(tmp_path / "file") in said.err
