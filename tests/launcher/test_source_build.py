"""The engine built from nothing, as a machine does that has Go, an empty home and no other source for it."""

import os
import shutil
from pathlib import Path

from launcher import virtual_environment
from launcher.engine.source_build import ENGINE, version
from launcher.virtual_environment import fingerprint
from tests.full import only_in_full
from tests.launcher.clone import Clone, run

LIMIT_S = 1800


@only_in_full("takes 4 to 8 minutes")
def test_an_engine_built_from_nothing_works_and_leaves_nothing_else(
    clone: Clone, bare_path: Path, tmp_path: Path
) -> None:
    go = shutil.which("go")
    assert go, "a build from Go modules needs Go on PATH"
    (bare_path / "go").symlink_to(go)
    home = tmp_path / "home"
    cache = home / ".cache" / "greenlake-scim"
    cache.mkdir(parents=True)
    (cache / f"venv-{fingerprint()}").symlink_to(virtual_environment.bin_folder().parent)
    assert clone.run("sandbox", "start", "--entra-port", "0", "--greenlake-port", "0", "--page-port", "0").code == 0
    kept = {
        name: os.environ[name] for name in os.environ if name.endswith(("PROXY", "proxy")) or name.startswith("SSL_")
    }
    environment = {**kept, "HOME": str(home), "PATH": str(bare_path)}
    said = run(clone.command("pulumi", "stack", "ls"), environment, LIMIT_S)
    assert said.code == 0, said.err
    assert run(clone.command("pulumi", "version"), environment).out.strip().lstrip("v") == version(ENGINE)
    assert sorted(path.name for path in home.iterdir()) == [".cache"]
    assert [path.name for path in cache.iterdir() if path.is_dir() and not path.is_symlink()] == [
        path.name for path in cache.glob("engine-*") if path.is_dir()
    ]
