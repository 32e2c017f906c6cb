"""See what is installed on this machine, for `versions` to judge."""

import json
import shutil
import sys
from collections.abc import Mapping
from importlib import metadata
from pathlib import Path

from providers.errors import ProvisioningError
from scimctl.commands.doctor.check import Check, problem, unknown
from scimctl.commands.doctor.machine import versions
from scimctl.stack import engine

_REQUIREMENTS = Path("requirements.txt")
_PLUGIN = "pulumi-resource-azuread"


def installed(environ: Mapping[str, str]) -> list[Check]:
    """Look at Python, the engine, the packages of the project and the plugin."""
    text = _REQUIREMENTS.read_text() if _REQUIREMENTS.exists() else ""
    packages = {name: found for name in versions.pinned(text) for found in _version(name)}
    return [
        versions.of_python(sys.version_info[:3]),
        _of_engine(packages),
        *(versions.of_requirements(text, packages) if text else [_no_requirements()]),
        _of_plugin(packages, environ),
    ]


def _of_engine(packages: Mapping[str, str]) -> Check:
    try:
        return versions.of_engine(engine.ask(["version"], "").strip(), packages.get("pulumi", ""))
    except ProvisioningError as error:
        return problem("pulumi", str(error), "")


def _of_plugin(packages: Mapping[str, str], environ: Mapping[str, str]) -> Check:
    acquires = environ.get("PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION", "").lower() not in ("true", "1")
    try:
        plugins = json.loads(engine.ask(["plugin", "ls", "--json"], ""))
    except ProvisioningError:  # reported by the check of the engine
        return unknown("azuread", "the engine does not list its plugins")
    wanted, on_path = packages.get("pulumi-azuread", ""), shutil.which(_PLUGIN) or ""
    home = Path(environ.get("PULUMI_HOME") or Path.home() / ".pulumi")
    used = Path(on_path) if on_path else home / "plugins" / f"resource-azuread-v{wanted}" / _PLUGIN
    return versions.of_plugin(wanted, plugins, on_path, acquires=acquires, stand_in=is_stand_in(used))


def is_stand_in(plugin: Path) -> bool:
    """Return whether a plugin is the sandbox's script, by its first lines; the real plugin is not a script."""
    try:
        with plugin.open("rb") as file:
            head = file.read(400)
    except OSError:
        return False
    return head.startswith(b"#!") and b"stand-in" in head


def _no_requirements() -> Check:
    return unknown("requirements", f"there is no {_REQUIREMENTS} here", "run this in the folder of the project")


def _version(name: str) -> list[str]:
    try:
        return [metadata.version(name)]
    except metadata.PackageNotFoundError:
        return []
