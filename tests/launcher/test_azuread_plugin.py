"""The real azuread plugin wins wherever it is; the stand-in is the last resort."""

from pathlib import Path

import pytest

from launcher.engine import Engine, azuread_plugin
from launcher.engine.azuread_plugin import EXECUTABLE, STAND_IN, AzureadPlugin, find


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty home, an empty PATH and an empty state folder."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.delenv("PULUMI_HOME", raising=False)
    monkeypatch.setattr(azuread_plugin, "STATE", tmp_path)
    monkeypatch.setattr(azuread_plugin, "UNAVAILABLE", tmp_path / "unavailable")
    return tmp_path


def put(folder: Path) -> Path:
    folder.mkdir(parents=True)
    (folder / EXECUTABLE).write_text("#!/bin/sh\n")
    (folder / EXECUTABLE).chmod(0o755)
    return folder


def engine(home: Path, *, built: bool = True, installs: bool = False) -> Engine:
    home.joinpath("engine").mkdir(exist_ok=True)
    folder = "$PULUMI_HOME/plugins/resource-azuread-v6.11.1"
    # As the real one: a folder that is there counts as installed, whatever is in it.
    put_there = f'mkdir -p "{folder}" && echo "#!/bin/sh" > "{folder}/{EXECUTABLE}" && chmod +x "{folder}/{EXECUTABLE}"'
    asked = 'echo "$@" > "$PULUMI_HOME/asked"'
    script = f'mkdir -p "$PULUMI_HOME"; {asked}; [ -d "{folder}" ] || {{ {put_there}; }}' if installs else "exit 1"
    (home / "engine" / "pulumi").write_text(f"#!/bin/sh\nPATH=/usr/bin:/bin\n{script}\n")
    (home / "engine" / "pulumi").chmod(0o755)
    return Engine(home / "engine", built)


def search(home: Path, chosen: Engine) -> AzureadPlugin:
    return find(chosen, {"PULUMI_HOME": str(home / "own")})


def test_a_plugin_on_path_is_used(home: Path) -> None:
    folder = put(home / "bin")
    assert search(home, engine(home)) == AzureadPlugin(folder, stand_in=False)


def test_the_stand_in_of_a_shell_that_took_our_lines_in_is_not_a_real_plugin(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(put(home / "clone" / "azuread_stand_in" / "bin")))
    assert search(home, engine(home)) == AzureadPlugin(None, stand_in=True)


def test_the_newest_installed_plugin_of_our_major_leads_the_path(home: Path) -> None:
    for version in ("v5.53.0", "v6.9.0", "v6.11.1"):
        put(home / ".pulumi" / "plugins" / f"resource-azuread-{version}")
    assert search(home, engine(home)) == AzureadPlugin(
        home / ".pulumi" / "plugins" / "resource-azuread-v6.11.1", stand_in=False
    )


def test_a_plugin_in_the_engines_own_home_needs_no_path(home: Path) -> None:
    put(home / "own" / "plugins" / "resource-azuread-v6.11.1")
    assert search(home, engine(home)) == AzureadPlugin(None, stand_in=False)


def test_an_engine_that_was_built_here_does_not_even_try_to_download(home: Path) -> None:
    assert search(home, engine(home, built=True, installs=True)).stand_in
    assert not (home / "own" / "asked").exists()


def test_the_plugin_is_downloaded_in_the_version_of_the_sdk(home: Path) -> None:
    assert search(home, engine(home, built=False, installs=True)) == AzureadPlugin(None, stand_in=False)
    assert (home / "own" / "asked").read_text() == "plugin install resource azuread 6.11.1\n"


def test_an_engine_that_downloads_replaces_the_stand_in_of_an_engine_built_here(home: Path) -> None:
    assert search(home, engine(home)).stand_in
    assert search(home, engine(home, built=False, installs=True)) == AzureadPlugin(None, stand_in=False)
    executable = home / "own" / "plugins" / "resource-azuread-v6.11.1" / EXECUTABLE
    assert not executable.is_symlink()
    assert search(home, engine(home)) == AzureadPlugin(None, stand_in=False)


def test_a_download_that_leaves_no_plugin_does_not_count(home: Path) -> None:
    chosen = engine(home, built=False)
    (chosen.folder / "pulumi").write_text("#!/bin/sh\nexit 0\n")
    assert search(home, chosen) == AzureadPlugin(None, stand_in=True)


def test_a_link_that_is_right_stays_untouched_since_another_run_may_be_starting_it(home: Path) -> None:
    built = engine(home)
    assert search(home, built) == AzureadPlugin(None, stand_in=True)
    link = home / "own" / "plugins" / "resource-azuread-v6.11.1" / EXECUTABLE
    before = link.lstat().st_ino, link.lstat().st_mtime_ns
    assert search(home, built) == AzureadPlugin(None, stand_in=True)
    assert (link.lstat().st_ino, link.lstat().st_mtime_ns) == before
    link.unlink()
    link.symlink_to(home / "a clone that was moved")
    assert search(home, built).stand_in
    assert link.resolve() == STAND_IN / EXECUTABLE


def test_a_download_that_failed_is_not_tried_again(home: Path) -> None:
    refusing = engine(home, built=False)
    assert search(home, refusing).stand_in
    (refusing.folder / "pulumi").unlink()
    assert search(home, refusing).stand_in
