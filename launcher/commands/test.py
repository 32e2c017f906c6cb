"""`./run test`: every check and every test."""

import os
from collections.abc import Sequence
from pathlib import Path

from launcher import chromium
from launcher.commands.command import Command
from launcher.deployment.preparation import Toolchain, say_which_plugin, toolchain
from launcher.paths import PROJECT
from launcher.processes import run_in_front

BROWSER_TESTS = [PROJECT / "tests" / "sandbox" / "page" / name for name in ("test_browser.py", "test_layout.py")]

HELP = """\
usage: ./run test [--full] [PYTEST ARGUMENTS]

Run every test, with the real engine and sandboxes of their own. The checks (ruff, pyright, import contracts) are tests.

  ./run test                                  everything
  ./run test tests/sandbox -k escrow          some tests
  ./run test tests/test_checks.py             the checks alone
  ./run test --full                           also what takes long, such as an engine built from nothing

The page's tests need Chromium: the one on PATH, else Debian's package, unpacked into ~/.cache/greenlake-scim.

The exit code is pytest's."""


def work(arguments: list[str]) -> int:
    """Run pytest."""
    chosen = [argument for argument in arguments if argument != "--full"]
    tools = toolchain(with_tests=True)
    say_which_plugin(tools)
    browser = {"GREENLAKE_SCIM_CHROMIUM": chromium.find_or_make()} if reaches(chosen, BROWSER_TESTS) else {}
    # Two workers more than cores, since runs of the engine also wait; the tests of a file share what is slow to make.
    workers = str((os.cpu_count() or 1) + 2)
    spread = [] if chosen else ["-n", workers, "--dist", "loadfile"]
    everything = {"GREENLAKE_SCIM_FULL": "true"} if "--full" in arguments else {}
    environment = {**_environment(tools), **everything, **browser}
    return run_in_front([tools.python, "-m", "pytest", *spread, *chosen], environment)


def reaches(arguments: list[str], files: Sequence[Path]) -> bool:
    """Tell whether pytest's arguments can choose tests of files: they name one, a folder above it, or no path."""
    paths = [(PROJECT / argument.partition("::")[0]).resolve() for argument in arguments if argument[:1] != "-"]
    named = [path for path in paths if path.exists()]
    return not named or any(path in (file, *file.parents) for path in named for file in files)


def _environment(tools: Toolchain) -> dict[str, str]:
    """Put the programs on PATH; which sandbox a test uses is up to it."""
    ours = {**tools.settings, "GREENLAKE_SCIM_ENGINE_PATH": str(tools.engine), "PYTHONUNBUFFERED": "1"}
    # The tests start Python a thousand times: each would compile the whole project anew where nothing may be kept.
    inherited = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**inherited, **ours}


COMMAND = Command("test", "run every check and every test", HELP, work)
