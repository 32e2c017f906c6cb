"""The engine built from Go modules, for machines that reach package registries and nothing else.

`pulumi` comes from the modules of this folder, the language host from those of `launcher/language_host`: the last
version that is served as a module, which today's engine still speaks to. Two scripts come with the SDK's module.
A proxy may stop serving a version of the engine, so the modules of `fallback` are those of a second one.
"""

import os
import re
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

from launcher.errors import MissingError, StorageError
from launcher.paths import PROJECT, beside, home
from launcher.processes import answer, behind, read_from, reason
from launcher.progress import say

ENGINE = PROJECT / "launcher" / "engine"
FALLBACK = ENGINE / "fallback"
LANGUAGE_HOST = PROJECT / "launcher" / "language_host"
SDK = "github.com/pulumi/pulumi/sdk/v3"
PACKAGE = "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi"
SCRIPTS = ("python/cmd/pulumi-language-python-exec", "python/dist/pulumi-resource-pulumi-python")
_NOT_SERVED = re.compile(
    r"^(go: )?.*: (404 Not Found|410 Gone|not found|unknown revision|invalid version)", re.MULTILINE
)
NEEDED_BYTES = 6 * 1024**3  # modules, build cache and linker together, measured 4.4 GB


def build(folder: Path) -> None:
    """Build all four programs and put them in `folder`, whole or not at all.

    Raises:
        MissingError: no Go, or no network for its modules.
        StorageError: too little space, reported before the minutes have passed.
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
        modules = _build_engine(go, target, environment, log)
        host = _command(go, target, f"{SDK}/python/cmd/pulumi-language-python", modules)
        title = "building the language host"
        if behind(title, host, log, environment=environment, directory=LANGUAGE_HOST, describe=_counts):
            raise reason(log, title)
        _copy_scripts(go, environment, target, modules)
        target.rename(folder)
        say("removing what only the build needed ...")  # more than 100,000 files


def version(modules: Path) -> str:
    """Return the version of the engine that a folder of modules builds."""
    found = re.search(r"pulumi/pkg/v3 v(\S+)", (modules / "go.mod").read_text(encoding="utf-8"))
    return found[1] if found else ""


def _build_engine(go: str, target: Path, environment: Mapping[str, str], log: Path) -> Path:
    """Build `pulumi` and return the folder of the modules that it was built from."""
    title = "building pulumi"
    for modules in (ENGINE, FALLBACK):
        command = _command(go, target, PACKAGE, modules)
        if not behind(title, command, log, environment=environment, directory=modules, describe=_counts):
            return modules
        if not _NOT_SERVED.search(read_from(log, 0)):
            break
        if modules == ENGINE:
            say(f"Pulumi {version(ENGINE)} is not served as Go modules any more: building {version(FALLBACK)}")
    raise reason(log, title)


def _command(go: str, target: Path, package: str, modules: Path) -> list[str]:
    name = package.rsplit("/", 1)[1]
    flags = f"-s -w -X {SDK}/go/common/version.Version={version(modules)}"
    return [go, "build", "-v", "-trimpath", f"-ldflags={flags}", "-o", str(target / name), package]


def _go_environment(work: Path) -> Mapping[str, str]:
    """Keep Go's own caches inside the work folder: they are 4 GB, and nobody needs them afterwards.

    Its notes on its own usage stay there, too, while the user's settings (`go env -w`: proxies, mostly) still count.
    """
    settings = Path(os.environ.get("XDG_CONFIG_HOME") or home() / ".config")
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


def _counts(text: str) -> str:
    downloads = sum(line.startswith("go: downloading") for line in text.splitlines())
    packages = sum(not line.startswith("go: ") for line in text.splitlines())
    return f"{downloads} modules downloaded, {packages} packages compiled"


def _copy_scripts(go: str, environment: Mapping[str, str], target: Path, modules: Path) -> None:
    sources = answer([go, "list", "-m", "-f", "{{.Dir}}", SDK], environment, cwd=modules)
    sources.check_returncode()
    for script in SCRIPTS:
        copy = target / Path(script).name
        shutil.copyfile(Path(sources.stdout.strip()) / script, copy)
        copy.chmod(0o755)
