"""Machines that lack something: each gets one line that names what to install or to do."""

import os
import shlex
import socket
import sys
from collections.abc import Generator
from pathlib import Path

import pytest

from launcher.engine import release
from launcher.virtual_environment import fingerprint
from tests.launcher.clone import Clone, run


def test_without_a_fitting_python_the_script_shows_what_to_install(clone: Clone, tmp_path: Path) -> None:
    old = tmp_path / "old-python"
    old.mkdir()
    (old / "dirname").symlink_to("/usr/bin/dirname")
    (old / "python3").write_text("#!/bin/sh\nexit 1\n")
    (old / "python3").chmod(0o755)
    said = run(clone.command("up"), {"PATH": str(old)})
    assert said.code == 69
    assert said.err.count("\n") == 1
    assert "no Python 3.10 or newer" in said.err
    assert "python3-venv" in said.err


def test_a_python_that_does_not_start_is_passed_over_for_the_next(clone: Clone, bare_path: Path) -> None:
    (bare_path / f"python3.{sys.version_info.minor}").symlink_to((bare_path / "python3").readlink())
    (bare_path / "python3").unlink()
    (bare_path / "python3").write_text("#!/bin/sh\nexit 1\n")
    (bare_path / "python3").chmod(0o755)
    assert run(clone.command("--help"), {"PATH": str(bare_path)}).code == 0


@pytest.mark.usefixtures("no_network")
def test_without_network_and_go_the_engine_is_one_line(
    clone: Clone, cache_without_engine: Path, bare_path: Path
) -> None:
    said = clone.run("env", XDG_CACHE_HOME=str(cache_without_engine), PATH=str(bare_path))
    assert said.code == 69
    assert said.out == ""
    assert said.last == (
        "run: there is no Pulumi engine and no way to get one: connect to the network, or install Pulumi 3 or Go 1.26"
    )


@pytest.mark.usefixtures("no_network")
def test_go_without_a_network_is_one_line_that_names_the_log(
    clone: Clone, cache_without_engine: Path, bare_path: Path
) -> None:
    (bare_path / "go").write_text("#!/bin/sh\necho 'go: example.com/x: dial tcp: lookup: no such host' >&2\nexit 1\n")
    (bare_path / "go").chmod(0o755)
    said = clone.run("env", XDG_CACHE_HOME=str(cache_without_engine), PATH=str(bare_path))
    assert said.code == 69
    assert "building pulumi needs a network, and none answers" in said.last
    assert said.last.endswith(".log)")
    assert not list((cache_without_engine / "greenlake-scim").glob("engine-build-*"))


@pytest.mark.usefixtures("no_network")
def test_an_engine_that_is_no_longer_served_is_built_in_its_second_version(
    clone: Clone, cache_without_engine: Path, bare_path: Path
) -> None:
    module = "github.com/pulumi/pulumi/pkg/v3@v3.259.0: reading https://modules.example/v3.259.0.zip: 404 Not Found"
    (bare_path / "go").write_text(
        f"""#!/bin/sh
case $PWD:$1 in
  */launcher/engine:build) echo 'go: {module}' >&2; exit 1;;
  */launcher/engine/fallback:list) echo "$PWD/sdk";;
  *:build) while [ "$1" != -o ]; do shift; done; printf '#!/bin/sh\necho v3.276.0\n' > "$2"; chmod +x "$2";;
esac
"""
    )
    (bare_path / "go").chmod(0o755)
    if not (bare_path / "chmod").exists():
        (bare_path / "chmod").symlink_to("/bin/chmod")
    for script in ("python/cmd/pulumi-language-python-exec", "python/dist/pulumi-resource-pulumi-python"):
        made = clone.root / "launcher" / "engine" / "fallback" / "sdk" / script
        made.parent.mkdir(parents=True)
        made.touch()
    said = clone.run("pulumi", "version", XDG_CACHE_HOME=str(cache_without_engine), PATH=str(bare_path))
    assert "Pulumi 3.259.0 is not served as Go modules any more: building 3.276.0" in said.err
    assert (said.code, said.out) == (0, "v3.276.0\n")


@pytest.mark.usefixtures("no_network")
def test_without_a_package_index_the_packages_are_one_line_and_what_was_left_half_made_is_made_again(
    clone: Clone, tmp_path: Path
) -> None:
    half = tmp_path / "greenlake-scim" / f"venv-{fingerprint()}"
    (half / "bin").mkdir(parents=True)
    (half / "leftover").touch()
    said = clone.run(
        "env", XDG_CACHE_HOME=str(tmp_path), PIP_CACHE_DIR=str(tmp_path), PIP_RETRIES="0", PIP_FIND_LINKS=""
    )
    assert said.code == 69
    assert said.last.startswith("run: installing the Python packages needs a network, and none answers: connect")
    assert ((half / "leftover").exists(), (half / "complete").exists()) == (False, False)


@pytest.fixture
def black_hole() -> Generator[str, None, None]:
    """A proxy that takes connections and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"


def test_a_download_that_reaches_nobody_is_given_up_and_leaves_nothing(
    black_hole: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTPS_PROXY", "https_proxy"):
        monkeypatch.setenv(name, black_hole)
    monkeypatch.setattr(release, "REACH_S", 1.0)
    assert not release.install(tmp_path / "engine", Path(sys.executable).parent)
    assert [path.name for path in tmp_path.iterdir()] == ["engine.log"]


def test_children_get_an_interrupt_that_interrupts_even_in_a_background_job(clone: Clone) -> None:
    script = "import signal; print(signal.getsignal(signal.SIGINT) is signal.default_int_handler)"
    code = (
        "import os, sys; from launcher.__main__ import _settle_signals; from scimctl.engine.in_front import in_front;"
        f"_settle_signals(); sys.exit(in_front([sys.executable, '-c', {script!r}], os.environ))"
    )
    said = run(
        ["sh", "-c", f"trap '' INT; cd {shlex.quote(str(clone.root))}; exec python3 -c \"$CODE\""],
        {**os.environ, "CODE": code},
    )
    assert said.out == "True\n"
