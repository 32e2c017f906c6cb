"""The engine built from Go modules, for machines that reach package registries and nothing else.

`pulumi` comes from the modules of this folder, the language host from those of `launcher/language_host`: the last
version that is served as a module, which today's engine still speaks to. Two scripts come with the SDK's module.
"""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path

from launcher.errors import MissingError, StorageError
from launcher.log_reasons import reason
from launcher.paths import PROJECT, beside
from launcher.processes import read_from, run_behind
from launcher.progress import say, working
from launcher.requirements import pinned

ENGINE = PROJECT / "launcher" / "engine"
LANGUAGE_HOST = PROJECT / "launcher" / "language_host"
SDK = "github.com/pulumi/pulumi/sdk/v3"
SCRIPTS = ("python/cmd/pulumi-language-python-exec", "python/dist/pulumi-resource-pulumi-python")
NEEDED_BYTES = 6 * 1024**3  # modules, build cache and linker together, measured 4.4 GB


def build(folder: Path) -> None:
    """Build all four programs and put them in `folder`, whole or not at all.

    Raises:
        MissingError: no Go, or no network for its modules.
        StorageError: too little space, said before the minutes have passed.
    """
    go = shutil.which("go")
    if not go:
        raise MissingError(
            "there is no Pulumi engine and no way to get one: connect to the network, or install Pulumi 3 or Go 1.26"
        )
    folder.parent.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(folder.parent).free
    if free < NEEDED_BYTES:
        raise StorageError(
            f"building the engine takes {NEEDED_BYTES / 1e9:.0f} GB for a while, and the disk of {folder.parent} has "
            f"{free / 1e9:.1f}: free some space and run it again"
        )
    log = beside(folder, "log")
    log.unlink(missing_ok=True)
    say("building the Pulumi engine from Go modules: 4 to 8 minutes, once for each version")
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix="engine-build-") as work:
        target = Path(work) / "bin"
        target.mkdir()
        environment = _go_environment(Path(work))
        version = f"-X {SDK}/go/common/version.Version={pinned('pulumi')}"
        packages = {
            ENGINE: "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
            LANGUAGE_HOST: f"{SDK}/python/cmd/pulumi-language-python",
        }
        for modules, package in packages.items():
            name = package.rsplit("/", 1)[1]
            command = [go, "build", "-v", "-trimpath", f"-ldflags=-s -w {version}", "-o", str(target / name), package]
            _go_build(command, modules, environment, log, f"building {name}")
        _copy_scripts(go, environment, target)
        target.rename(folder)


def _go_environment(work: Path) -> Mapping[str, str]:
    """Keep Go's own caches inside the work folder: they are 4 GB, and nobody needs them afterwards.

    Its notes on its own usage stay there, too, while the user's settings (`go env -w`: proxies, mostly) still count.
    """
    settings = Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config")
    return {
        "GOENV": str(settings / "go" / "env"),
        **os.environ,
        "XDG_CONFIG_HOME": str(work),
        "GOPATH": str(work / "go"),
        "GOMODCACHE": str(work / "go" / "pkg" / "mod"),
        "GOCACHE": str(work / "cache"),
        "GOTMPDIR": str(work),
        "GOFLAGS": "-mod=readonly -modcacherw -buildvcs=false",
        "GOWORK": "off",
        "CGO_ENABLED": "0",
    }


def _go_build(command: list[str], modules: Path, environment: Mapping[str, str], log: Path, title: str) -> None:
    with working(title) as progress:
        code = run_behind(
            command, environment=environment, log=log, progress=progress, describe=_counts, directory=modules
        )
    if code:
        raise reason(read_from(log, 0), work=title, log=log)


def _counts(text: str) -> str:
    downloads = sum(line.startswith("go: downloading") for line in text.splitlines())
    packages = sum(not line.startswith("go: ") for line in text.splitlines())
    return f"{downloads} modules downloaded, {packages} packages compiled"


def _copy_scripts(go: str, environment: Mapping[str, str], target: Path) -> None:
    query = [go, "list", "-m", "-f", "{{.Dir}}", SDK]
    answer = subprocess.run(query, cwd=ENGINE, env=environment, capture_output=True, text=True, check=True)
    for script in SCRIPTS:
        copy = target / Path(script).name
        shutil.copyfile(Path(answer.stdout.strip()) / script, copy)
        copy.chmod(0o755)
