"""Judge the versions of what runs the program. Pure."""

import re
from collections.abc import Mapping, Sequence

from scimctl.commands.doctor.check import Check, ok, problem, unknown, warning

_OLDEST_ENGINE = (3, 231)
_OLDEST_PYTHON = (3, 10)
_PIN = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;#]+)", re.MULTILINE)
_INSTALL = "run `pip install -r requirements.txt` in the environment that runs `pulumi`"


def of_python(version: tuple[int, int, int]) -> Check:
    """Judge the Python that runs this, which runs the program too if PATH is the same."""
    says = ".".join(map(str, version))
    if version[:2] < _OLDEST_PYTHON:
        return problem("python", says, "use Python 3.10 or newer")
    return ok("python", says)


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
    """Judge what is installed against the pins of requirements.txt; one line if there is no problem."""
    pins = _PIN.findall(text)
    wrong = [
        problem("requirements", f"{name} is not installed", _INSTALL)
        if name not in installed
        else warning("requirements", f"{name} is {installed[name]}, pinned {wanted}", _INSTALL)
        for name, wanted in pins
        if installed.get(name) != wanted
    ]
    return wrong or [ok("requirements", f"all {len(pins)} packages are installed at their pins")]


def pinned(text: str) -> list[str]:
    """List the names of the packages that requirements.txt pins."""
    return [name for name, _ in _PIN.findall(text)]


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
