"""Everything that has to be there before the engine can run against the sandbox, made in order and only once."""

import os
from dataclasses import dataclass
from pathlib import Path

from launcher import engine, virtual_environment
from launcher.deployment import sandbox_process
from launcher.deployment.environment import (
    STACK,
    engine_settings,
    foreign,
    passphrase,
    search_path,
    service_settings,
    without_proxy,
)
from launcher.deployment.sandbox_control import Control
from launcher.engine import azuread_plugin
from launcher.engine.azuread_plugin import AzureadPlugin
from launcher.locks import locked
from launcher.paths import STATE, make_private
from launcher.progress import say


@dataclass(frozen=True)
class Toolchain:
    """The programs: the `bin` folder of the virtual environment, the folder of the engine, the azuread plugin."""

    venv_bin: Path
    engine: Path
    plugin: AzureadPlugin

    @property
    def python(self) -> str:
        """Return the path of the virtual environment's Python."""
        return str(self.venv_bin / "python")

    @property
    def pulumi(self) -> str:
        """Return the path of the engine."""
        return str(self.engine / "pulumi")

    @property
    def settings(self) -> dict[str, str]:
        """Return the variables that go with the programs."""
        folders = [self.venv_bin, self.engine, *([self.plugin.folder] if self.plugin.folder else [])]
        # If there is only the stand-in, each try to download the real plugin costs seconds and fails
        acquisition = {"PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true"} if self.plugin.stand_in else {}
        return {**acquisition, **search_path(folders, os.environ.get("PATH", os.defpath))}


@dataclass(frozen=True)
class Prepared:
    """The toolchain with a running sandbox; `settings` are the variables that `./run env` prints."""

    toolchain: Toolchain
    control: Control
    settings: dict[str, str]

    @property
    def environment(self) -> dict[str, str]:
        """Return the whole environment for the engine."""
        strangers = foreign(os.environ)
        return {**{name: value for name, value in os.environ.items() if name not in strangers}, **self.settings}


def toolchain(*, with_tests: bool = False) -> Toolchain:
    """Find or make the virtual environment, the engine and the azuread plugin."""
    make_private(STATE)
    venv_bin = virtual_environment.bin_folder(with_tests=with_tests)
    chosen = engine.find_or_make(venv_bin)
    with locked(STATE / "azuread-plugin.lock", to="find the azuread plugin"):
        plugin = azuread_plugin.find(chosen, {**os.environ, **engine_settings(STATE)})
    return Toolchain(venv_bin, chosen.folder, plugin)


def prepare() -> Prepared:
    """Return the toolchain and the world of the sandbox, after starting what does not run yet."""
    tools = toolchain()
    control = Control(sandbox_process.start(tools.venv_bin).entra)
    write_passphrase(STATE / "passphrase")
    settings = {
        **service_settings(control.world(STACK), STATE),
        **engine_settings(STATE),
        **without_proxy(os.environ),
        **tools.settings,
    }
    return Prepared(tools, control, settings)


def write_passphrase(file: Path) -> None:
    """Put it in place in one step, since another run may be reading it; also if somebody changed it."""
    if file.exists() and file.read_text(errors="replace") == passphrase():
        return
    fresh = file.with_suffix(f".{os.getpid()}")
    fresh.touch(mode=0o600)
    fresh.write_text(passphrase())
    fresh.replace(file)


def say_which_plugin(tools: Toolchain) -> None:
    """Print in one line which azuread plugin is used, since the real one takes a minute more for a first `up`."""
    if tools.plugin.stand_in:
        say("azuread plugin: the sandbox's stand-in, because the real one is neither installed nor downloadable here")
    else:
        say("azuread plugin: the real one, which waits 20 s each for the application, the job and the credentials")
