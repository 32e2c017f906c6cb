"""`./run sandbox`: the two services on this machine, by themselves."""

import dataclasses
import json
import os
import shutil
from collections.abc import Callable

from launcher import sandbox_process, virtual_environment
from launcher.azuread_plugin import UNAVAILABLE
from launcher.commands.command import Command
from launcher.errors import UsageError
from launcher.paths import STATE
from launcher.processes import run_in_front
from launcher.progress import say
from launcher.sandbox_control import Control

HELP = """\
usage: ./run sandbox start [--entra-port N] [--greenlake-port N]
       ./run sandbox stop
       ./run sandbox status [--json]
       ./run sandbox reset
       ./run sandbox log [--follow]

Microsoft Entra and HPE GreenLake on 127.0.0.1, with TLS, a seeded directory and a provisioning engine.

  start    in the background, on the ports of the last time, at first 8443 and 8444
  stop     within seconds; what the services know stays
  status   addresses, worlds and process id; exit code 1 where it does not run
  reset    forget what both services know, and the stacks that were deployed to them
  log      what the sandbox printed, problems mostly; --follow keeps printing until Ctrl-C

Where 8443 or 8444 is taken, start it once with --entra-port N --greenlake-port M (0 is any free one), and set apiUrl
in stacks/Pulumi.sandbox.yaml to https://127.0.0.1:M.

`./run up`, `./run env` and `./run pulumi` start it by themselves. Everything is in .sandbox/."""


def work(arguments: list[str]) -> int:
    """Do what the first argument says."""
    name, *options = arguments or [""]
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
        say(f"the sandbox runs already: Entra at {before.entra}, GreenLake at {before.greenlake}")
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
        print(f"Entra      {found.entra}\nGreenLake  {found.greenlake}\nworlds     {', '.join(worlds) or 'none yet'}")
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


ACTIONS: dict[str, Callable[[list[str]], int]] = {
    "start": start,
    "stop": stop,
    "status": status,
    "reset": reset,
    "log": log,
}


def _ports(options: list[str]) -> list[str]:
    for name, value in zip(options[::2], [*options[1::2], ""], strict=False):
        if name not in ("--entra-port", "--greenlake-port") or not value.isdigit():
            raise UsageError(
                f"sandbox start does not take {name} {value}: see `./run sandbox --help`".replace("  ", " ")
            )
    return options


def _only(options: list[str], known: str) -> None:
    if options not in ([], [known]):
        raise UsageError(f"only {known} is known here: see `./run sandbox --help`")


def _none(options: list[str]) -> None:
    if options:
        raise UsageError(f"{options[0]} is not known here: see `./run sandbox --help`")


COMMAND = Command("sandbox", "start, stop, show, reset the sandbox, or print its log", HELP, work)
