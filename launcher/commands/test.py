"""`./run test`: every check and every test."""

import os
import subprocess
import time

from launcher.commands.command import Command
from launcher.paths import PROJECT
from launcher.preparation import Toolchain, say_which_plugin, toolchain
from launcher.processes import run_in_front
from launcher.progress import duration, say

CHECKS = (
    ("ruff", "check"),
    ("ruff", "format", "--check"),
    ("pyright",),
    ("lint-imports",),
)

HELP = """\
usage: ./run test [--full] [PYTEST ARGUMENTS]

Run every check (ruff, pyright, import contracts) and then every test, with the real engine and sandboxes of their own.

  ./run test                                  everything
  ./run test tests/sandbox -k escrow          some tests, without the checks before them
  ./run test --full                           also what takes long, such as an engine built from nothing

The exit code is that of the first check that failed, else pytest's."""


def work(arguments: list[str]) -> int:
    """Check, then run pytest."""
    chosen = [argument for argument in arguments if argument != "--full"]
    tools = toolchain(with_tests=True)
    say_which_plugin(tools)
    codes = [] if chosen else [_check(tools, *command) for command in CHECKS]
    if any(codes):
        return next(filter(None, codes))
    # A worker more than cores, since runs of the engine also wait; the tests of a file share what is slow to make.
    workers = str((os.cpu_count() or 1) + 1)
    spread = [] if chosen else ["-n", workers, "--dist", "loadfile"]
    everything = {"GREENLAKE_SCIM_FULL": "true"} if "--full" in arguments else {}
    return run_in_front([tools.python, "-m", "pytest", *spread, *chosen], {**_environment(tools), **everything})


def _environment(tools: Toolchain) -> dict[str, str]:
    """Put the programs on PATH; which sandbox a test uses is up to it."""
    ours = {**tools.settings, "GREENLAKE_SCIM_ENGINE_PATH": str(tools.engine), "PYTHONUNBUFFERED": "1"}
    return {**os.environ, **ours}


def _check(tools: Toolchain, name: str, *arguments: str) -> int:
    title = " ".join((name, *arguments))
    began = time.monotonic()
    answer = subprocess.run(
        [str(tools.venv_bin / name), *arguments],
        cwd=PROJECT,
        env=_environment(tools),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if answer.returncode:
        print(answer.stdout, flush=True)
    say(f"{title}: {'failed' if answer.returncode else 'fine'}, {duration(time.monotonic() - began)}")
    return answer.returncode


COMMAND = Command("test", "run every check and every test", HELP, work)
