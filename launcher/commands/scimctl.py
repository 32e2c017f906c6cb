"""`./run scimctl`: the operator's command line, pointed at the sandbox."""

import os

from launcher import virtual_environment
from launcher.commands.command import Command
from launcher.deployment import sandbox_process, stack
from launcher.deployment.environment import BY_RUN
from launcher.deployment.preparation import prepare
from launcher.errors import SandboxError
from launcher.processes import run_in_front

HELP = """\
usage: ./run scimctl COMMAND ...

Operate what `./run up` deployed to the sandbox: `scimctl` with the sandbox's environment and stack. The
sandbox has to run; it is not started.

  ./run scimctl help            all commands
  ./run scimctl token status    how old is the token, and when is it due?

It exits with the command's own code. For real tenants: `scimctl --stack prod ...` in the
virtual environment of the README."""


def work(arguments: list[str]) -> int:
    """Run it on the user's terminal; help needs neither the engine nor the sandbox."""
    words = ["--help"] if arguments in ([], ["help"]) else arguments
    if not {"--help", "-h", "--version"}.isdisjoint(words):
        python = str(virtual_environment.bin_folder() / "python")
        return run_in_front([python, "-m", "scimctl", *words], {**os.environ, **BY_RUN})
    if not sandbox_process.running():
        raise SandboxError(
            "nothing is deployed, and the sandbox does not run: `./run up`"
            if stack.is_empty()
            else "the sandbox does not run: start it with `./run sandbox start`"
        )
    prepared = prepare()
    stack.ensure(prepared)
    return run_in_front([prepared.toolchain.python, "-m", "scimctl", *words], {**prepared.environment, **BY_RUN})


COMMAND = Command("scimctl", "operate what was deployed: status, drift, logs and more", HELP, work)
