"""Which azuread plugin the engine uses: the real one if it is available, else the offline stand-in."""

import os
import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from launcher.engine import Engine
from launcher.paths import PROJECT, STATE, home
from launcher.processes import behind
from launcher.virtual_environment import pinned

EXECUTABLE = "pulumi-resource-azuread"
STAND_IN = PROJECT / "azuread_stand_in" / "bin"
UNAVAILABLE = STATE / "azuread-plugin-unavailable"
DOWNLOAD_S = 120.0


@dataclass(frozen=True)
class AzureadPlugin:
    """The folder to put on PATH for it, or None if the engine finds it by itself."""

    folder: Path | None
    stand_in: bool


def find(engine: Engine, environment: Mapping[str, str]) -> AzureadPlugin:
    """Look for the real plugin on PATH, among Pulumi's plugins and on the network; fall back to the stand-in.

    A download that failed is not tried again until `./run sandbox reset`, so that work without a network stays quick.
    The stand-in is linked where the engine keeps its plugins: one on PATH would be warned of in every run.
    """
    on_path = shutil.which(EXECUTABLE)
    if on_path and Path(on_path).parent.parts[-2:] != STAND_IN.parts[-2:]:
        return AzureadPlugin(Path(on_path).parent, stand_in=False)
    own = Path(environment["PULUMI_HOME"]) / "plugins"
    if _newest(own):
        return AzureadPlugin(None, stand_in=False)
    installed = _newest(Path(os.environ.get("PULUMI_HOME") or home() / ".pulumi") / "plugins")
    if installed:
        return AzureadPlugin(installed, stand_in=False)
    link = own / f"resource-azuread-v{pinned('pulumi-azuread')}" / EXECUTABLE
    if not engine.built and not UNAVAILABLE.exists():
        shutil.rmtree(link.parent, ignore_errors=True)  # the engine takes the folder of the stand-in for the plugin
        if _download(engine, environment) and _newest(own):
            return AzureadPlugin(None, stand_in=False)
        UNAVAILABLE.touch()
    _link_stand_in(link)
    return AzureadPlugin(None, stand_in=True)


def _link_stand_in(link: Path) -> None:
    """Link it unless that is done: another run may be starting it at this moment."""
    if link.is_symlink() and link.readlink() == STAND_IN / EXECUTABLE:
        return
    link.parent.mkdir(parents=True, exist_ok=True)
    link.unlink(missing_ok=True)
    link.symlink_to(STAND_IN / EXECUTABLE)


def _newest(plugins: Path) -> Path | None:
    major = pinned("pulumi-azuread").split(".")[0]
    found = [
        path.parent
        for path in plugins.glob(f"resource-azuread-v{major}.*/{EXECUTABLE}")
        if os.access(path, os.X_OK) and path.resolve().parts[-3:] != (STAND_IN / EXECUTABLE).parts[-3:]
    ]
    return max(found, key=_version, default=None)


def _version(folder: Path) -> tuple[int, ...]:
    return tuple(int(number) for number in re.findall(r"\d+", folder.name))


def _download(engine: Engine, environment: Mapping[str, str]) -> bool:
    command = [str(engine.folder / "pulumi"), "plugin", "install", "resource", "azuread", pinned("pulumi-azuread")]
    code = behind(
        "trying to download the azuread plugin",
        command,
        STATE / "azuread-plugin.log",
        environment=environment,
        give_up=lambda _text, elapsed: elapsed > DOWNLOAD_S,
    )
    return code == 0
