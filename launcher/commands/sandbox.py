"""`./run sandbox`: the two services on this machine, by themselves."""

import os
import shutil
from argparse import ArgumentTypeError
from collections.abc import Callable

from launcher import virtual_environment
from launcher.commands.parser import Parser, chosen, help_text
from launcher.deployment import sandbox_process
from launcher.deployment.environment import STACK
from launcher.deployment.sandbox_control import Control
from launcher.engine.azuread_plugin import UNAVAILABLE
from launcher.errors import SandboxError, UsageError
from launcher.paths import STATE
from launcher.progress import say, show
from scimctl.engine.in_front import in_front


def work(arguments: list[str]) -> int:
    """Run the sub-command that the first argument names."""
    if not arguments:
        show(help_text("sandbox"))
        return 0
    name, *options = arguments
    return chosen(name, ACTIONS, "sandbox command")(options)


def start(options: list[str]) -> int:
    """Start it, or print that it runs."""
    parser = Parser("sandbox start")
    for option in sandbox_process.PORT_OPTIONS:
        parser.add_argument(option, type=_port)
    parser.parse_args(options)
    before = sandbox_process.running()
    if before and options:
        raise UsageError("the sandbox runs already: `./run sandbox stop`, then start it with other ports")
    if before:
        where = f"Entra at {before.entra}, GreenLake at {before.greenlake}, its page at {before.page}"
        say(f"the sandbox runs already: {where}")
    else:
        sandbox_process.start(virtual_environment.bin_folder(), options)
    return 0


def _port(text: str) -> int:
    if text.isdecimal() and int(text) <= sandbox_process.HIGHEST_PORT:
        return int(text)
    raise ArgumentTypeError(f"{text!r} is not a port")


def stop(options: list[str]) -> int:
    """Stop it, or print that it does not run."""
    Parser("sandbox stop").parse_args(options)
    say("the sandbox is stopped" if sandbox_process.stop() else "the sandbox does not run")
    return 0


def status(options: list[str]) -> int:
    """Show addresses and worlds."""
    Parser("sandbox status").parse_args(options)
    found = sandbox_process.running()
    worlds = Control(found.entra).worlds() if found else []
    if found:
        show(f"Entra      {found.entra}\nGreenLake  {found.greenlake}\npage       {found.page}")
        show(f"worlds     {', '.join(worlds) or 'none yet'}\nprocess    {found.pid}, version {found.version}")
    else:
        show("the sandbox does not run: `./run sandbox start`")
    return 0 if found else 1


def reset(options: list[str]) -> int:
    """Delete everything; a sandbox that ran runs again, on the same ports."""
    Parser("sandbox reset").parse_args(options)
    ran = sandbox_process.stop()
    for path in STATE.glob("sandbox.sqlite*"):
        path.unlink()
    shutil.rmtree(STATE / "pulumi", ignore_errors=True)
    UNAVAILABLE.unlink(missing_ok=True)
    say("what both services knew and the stacks deployed to them are deleted")
    if ran:
        sandbox_process.start(virtual_environment.bin_folder())
    return 0


def break_(options: list[str]) -> int:
    """Break something in the world of the stack `sandbox`, or list what can be broken."""
    parser = Parser("sandbox break")
    parser.add_argument("name", nargs="?")
    name = parser.parse_args(options).name
    found = sandbox_process.running()
    if not found:
        raise SandboxError("the sandbox does not run: `./run up`")
    control = Control(found.entra)
    known = control.breakages()
    if name is None:
        show("\n".join(f"{each:<17} {sentence}" for each, sentence in known.items()))
        return 0
    chosen(name, known, "breakage")
    if STACK not in control.worlds():
        raise SandboxError("nothing is deployed that could break: `./run up`")
    show(control.break_(STACK, name))
    return 0


def by_hand(options: list[str]) -> int:
    """Set up by hand what `./run up` would deploy, in the world of the stack `sandbox`."""
    Parser("sandbox by-hand").parse_args(options)
    venv_bin = virtual_environment.bin_folder()
    sandbox_process.start(venv_bin)
    command = [str(venv_bin / "python"), "-m", "sandbox.by_hand", "--state", str(STATE), "--world", STACK]
    return in_front(command, os.environ)


ACTIONS: dict[str, Callable[[list[str]], int]] = {
    "start": start,
    "stop": stop,
    "status": status,
    "reset": reset,
    "break": break_,
    "by-hand": by_hand,
}
