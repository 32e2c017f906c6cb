"""`./run sandbox`: the two services on this machine, by themselves."""

import dataclasses
import json
import os
import shutil
from collections.abc import Callable

from launcher import virtual_environment
from launcher.commands.command import Command
from launcher.deployment import sandbox_process
from launcher.deployment.environment import STACK
from launcher.deployment.sandbox_control import Control
from launcher.engine.azuread_plugin import UNAVAILABLE
from launcher.errors import SandboxError, UsageError
from launcher.paths import STATE
from launcher.processes import run_in_front
from launcher.progress import say

HELP = """\
usage: ./run sandbox start [--entra-port N] [--greenlake-port N] [--page-port N]
       ./run sandbox stop
       ./run sandbox status [--json]
       ./run sandbox reset
       ./run sandbox log [--follow]
       ./run sandbox break [NAME]
       ./run sandbox by-hand

Microsoft Entra and HPE GreenLake on 127.0.0.1, with TLS, a seeded directory and a provisioning engine, and a page for
the browser that shows what goes on.

  start    in the background, on the ports of the last time, at first 8443, 8444 and 8445 (the page)
  stop     within seconds; what the services know stays
  status   addresses, worlds and process id; exit code 1 where it does not run
  reset    forget what both services know, and the stacks that were deployed to them
  log      what the sandbox printed, problems mostly; --follow keeps printing until Ctrl-C
  break    do what an administrator, or time, does behind the program's back, as the buttons of the page do; without
           NAME it lists what there is
  by-hand  follow HPE's post as an administrator does, with curl and portal, for `./run scimctl adopt` to take over

A port that is taken is replaced by a free one. To choose ports, start it once with the options; 0 is any free one.

`./run up`, `./run env` and `./run pulumi` start it by themselves. Everything is in .sandbox/."""

NO_PAGE = "no page: it was started before there was one; `./run sandbox stop`, then start it"


def work(arguments: list[str]) -> int:
    """Do what the first argument says."""
    if not arguments:
        print(HELP)
        return 0
    name, *options = arguments
    action = ACTIONS.get(name)
    if action is None:
        raise UsageError(f"sandbox has no command {name!r}: one of {', '.join(ACTIONS)}")
    return action(options)


def start(options: list[str]) -> int:
    """Start it, or say that it runs."""
    ports = _ports(options)
    before = sandbox_process.running()
    if before and ports:
        raise UsageError("the sandbox runs already: `./run sandbox stop`, then start it with other ports")
    if before:
        say(f"the sandbox runs already: Entra at {before.entra}, GreenLake at {before.greenlake}, {_page(before)}")
    else:
        sandbox_process.start(virtual_environment.bin_folder(), ports)
    return 0


def stop(options: list[str]) -> int:
    """Stop it, or say that it does not run."""
    _none(options)
    say("the sandbox is stopped" if sandbox_process.stop() else "the sandbox does not run")
    return 0


def status(options: list[str]) -> int:
    """Show addresses and worlds."""
    _only(options, "--json")
    found = sandbox_process.running()
    worlds = Control(found.entra).worlds() if found else []
    if options:
        print(json.dumps({"running": bool(found), **(dataclasses.asdict(found) if found else {}), "worlds": worlds}))
    elif found:
        print(f"Entra      {found.entra}\nGreenLake  {found.greenlake}\npage       {found.page or NO_PAGE}")
        print(f"worlds     {', '.join(worlds) or 'none yet'}")
        print(f"process    {found.pid}, version {found.version}")
    else:
        print("the sandbox does not run: `./run sandbox start`")
    return 0 if found else 1


def reset(options: list[str]) -> int:
    """Forget everything; a sandbox that ran runs again, on the same ports."""
    _none(options)
    ran = sandbox_process.stop()
    for path in STATE.glob("sandbox.sqlite*"):
        path.unlink()
    shutil.rmtree(STATE / "pulumi", ignore_errors=True)
    UNAVAILABLE.unlink(missing_ok=True)
    say("both services and the stacks deployed to them are forgotten")
    if ran:
        sandbox_process.start(virtual_environment.bin_folder())
    return 0


def log(options: list[str]) -> int:
    """Print the log."""
    _only(options, "--follow")
    if not sandbox_process.LOG.exists():
        say("there is no log yet: `./run sandbox start`")
        return 0
    follow = ["-F"] if options else []
    tail = shutil.which("tail") or "tail"
    return run_in_front([tail, "-n", "+1", *follow, str(sandbox_process.LOG)], os.environ)


def break_(options: list[str]) -> int:
    """Break something in the world of the stack `sandbox`, or list what can be broken."""
    if len(options) > 1 or (options[:1] and options[0].startswith("-")):
        raise UsageError("sandbox break takes one name: `./run sandbox break` lists them")
    found = sandbox_process.running()
    if not found:
        raise SandboxError("the sandbox does not run: `./run up`")
    control = Control(found.entra)
    known = control.breakages()
    if not options:
        print("\n".join(f"{name:<17} {sentence}" for name, sentence in known.items()))
        return 0
    if options[0] not in known:
        raise UsageError(f"sandbox break does not know {options[0]!r}: one of {', '.join(known)}")
    if STACK not in control.worlds():
        raise SandboxError("nothing is deployed that could break: `./run up`")
    print(control.break_(STACK, options[0]))
    return 0


def by_hand(options: list[str]) -> int:
    """Set up by hand what `./run up` would deploy, in the world of the stack `sandbox`."""
    _none(options)
    venv_bin = virtual_environment.bin_folder()
    sandbox_process.start(venv_bin)
    command = [str(venv_bin / "python"), "-m", "sandbox.by_hand", "--state", str(STATE), "--world", STACK]
    return run_in_front(command, os.environ)


ACTIONS: dict[str, Callable[[list[str]], int]] = {
    "start": start,
    "stop": stop,
    "status": status,
    "reset": reset,
    "log": log,
    "break": break_,
    "by-hand": by_hand,
}


def _ports(options: list[str]) -> list[str]:
    for name, value in zip(options[::2], [*options[1::2], ""], strict=False):
        fits = value.isdecimal() and int(value) <= sandbox_process.HIGHEST_PORT
        if name not in sandbox_process.PORT_OPTIONS or not fits:
            raise UsageError(
                f"sandbox start does not take {name} {value}: see `./run sandbox --help`".replace("  ", " ")
            )
    return options


def _page(found: sandbox_process.Running) -> str:
    return f"its page at {found.page}" if found.page else NO_PAGE


def _only(options: list[str], known: str) -> None:
    if options not in ([], [known]):
        raise UsageError(f"only {known} is known here: see `./run sandbox --help`")


def _none(options: list[str]) -> None:
    if options:
        raise UsageError(f"{options[0]} is not known here: see `./run sandbox --help`")


COMMAND = Command("sandbox", "start, stop, show, reset, break the sandbox, or print its log", HELP, work)
