"""What is installed on this machine, and the lock that a run holds or left."""

import json
import platform
import re
import shutil
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from importlib import metadata
from pathlib import Path
from typing import Any

from providers.errors import ProvisioningError
from providers.timestamps import in_words
from scimctl.commands.doctor.check import Check, ok, problem, unknown, warning
from scimctl.engine import engine
from scimctl.engine.backend import Lock

_REQUIREMENTS = Path("requirements.txt")
_PLUGIN = "pulumi-resource-azuread"


def installed(environ: Mapping[str, str]) -> list[Check]:
    """Look at Python, the engine, the packages of the project and the plugin."""
    text = _REQUIREMENTS.read_text() if _REQUIREMENTS.exists() else ""
    packages = {name: found for name, _ in _PIN.findall(text) if (found := _version(name))}
    return [
        ok("python", platform.python_version()),
        _of_engine(packages),
        *of_requirements(text, packages),
        _of_plugin(packages, environ),
    ]


def _of_engine(packages: Mapping[str, str]) -> Check:
    try:
        return of_engine(engine.ask(["version"], "").strip(), packages.get("pulumi", ""))
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
    return of_plugin(wanted, plugins, on_path, acquires=acquires, stand_in=is_stand_in(used))


def is_stand_in(plugin: Path) -> bool:
    """Return whether a plugin is the sandbox's script, by its first lines; the real plugin is not a script."""
    try:
        with plugin.open("rb") as file:
            head = file.read(400)
    except OSError:
        return False
    return head.startswith(b"#!") and b"stand-in" in head


def _version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return ""


_OLDEST_ENGINE = (3, 231)
_PIN = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;#]+)", re.MULTILINE)
_INSTALL = "run `pip install -r requirements.txt` in the environment that runs `pulumi`"


def of_engine(said: str, sdk: str) -> Check:
    """Judge what `pulumi version` printed, beside the version of the SDK ("" if it is not installed)."""
    found = re.match(r"v?(\d+)\.(\d+)\.\d+", said)
    if not found:
        return unknown("pulumi", "the engine does not report its version", "see what `pulumi version` prints")
    version = int(found[1]), int(found[2])
    if version < _OLDEST_ENGINE:
        return problem("pulumi", f"engine {said}", "install 3.231 or newer: older ones do not know its hooks")
    if sdk and tuple(int(part) for part in sdk.split(".")[:2]) > version:
        return warning("pulumi", f"engine {said} is older than the SDK, {sdk}", f"install the engine {sdk}")
    return ok("pulumi", f"engine {said}, SDK {sdk}")


def of_requirements(text: str, installed: Mapping[str, str]) -> list[Check]:
    """Judge what is installed against the pins of requirements.txt, "" if it is missing; one line if all is well."""
    if not text:
        return [unknown("requirements", f"there is no {_REQUIREMENTS} here", "run this in the folder of the project")]
    pins = _PIN.findall(text)
    wrong = [
        problem("requirements", f"{name} is not installed", _INSTALL)
        if name not in installed
        else warning("requirements", f"{name} is {installed[name]}, pinned {wanted}", _INSTALL)
        for name, wanted in pins
        if installed.get(name) != wanted
    ]
    return wrong or [ok("requirements", f"all {len(pins)} packages are installed at their pins")]


def of_plugin(
    version: str, plugins: Sequence[Mapping[str, object]], on_path: str, *, acquires: bool, stand_in: bool = False
) -> Check:
    """Judge the azuread plugin: the engine takes one on PATH, else the installed one, else it downloads it.

    `stand_in`: what it takes is the sandbox's own.
    """
    if stand_in:
        return warning(
            "azuread",
            f"the sandbox's stand-in is installed instead of plugin {version}, and works with the sandbox only",
            "for a real tenant run `pulumi plugin rm resource azuread`, then "
            f"`pulumi plugin install resource azuread {version}`",
        )
    if on_path:
        return ok("azuread", f"the plugin on PATH is used, whatever its version: {on_path}")
    if any(each.get("name") == "azuread" and each.get("version") == version for each in plugins):
        return ok("azuread", f"plugin {version} is installed")
    if acquires:
        return ok("azuread", f"the first `up` downloads plugin {version}")
    return problem(
        "azuread",
        f"plugin {version} is not installed, and downloads are switched off",
        f"run `pulumi plugin install resource azuread {version}`",
    )


_A_RUN = timedelta(hours=1)  # no run takes that long
_WAIT = "wait until that run has ended"
_TODO = f"{_WAIT}; if it was killed, run `scimctl recover`"


def of_pending(operations: Sequence[Mapping[str, Any]]) -> Check:
    """Judge operations that a run began, as state lists them."""
    told = ", ".join(f"{each['type']} {str(each['resource']['urn']).rpartition('::')[2]}" for each in operations)
    return problem("lock", f"a run was cut off, or is at work: {told}", _TODO)


def of_locks(locks: Sequence[Lock] | None, now: datetime) -> Check:
    """Judge the locks, None if the backend shows none; a run that is at work has one too."""
    if locks is None:
        return unknown("lock", "the backend does not show whether a run holds a lock; `pulumi up` reports it")
    if not locks:
        return ok("lock", "no run holds a lock")
    oldest = min(locks, key=lambda lock: lock.since)
    left = not oldest.owner_lives and (oldest.is_of_this_host or now - oldest.since > _A_RUN)
    fate = "it is at work" if oldest.owner_lives else oldest.fate
    says = f"a run has locked the stack {in_words(now - oldest.since)} ago: {oldest.owner}; {fate}"
    if not left:
        return warning("lock", says, _WAIT if oldest.owner_lives else _TODO)
    return problem("lock", says, "run `scimctl recover`" if oldest.is_of_this_host else _TODO)
