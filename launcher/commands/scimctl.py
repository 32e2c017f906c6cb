"""`./run scimctl`: the operator's command line, pointed at the sandbox."""

from launcher import stack
from launcher.commands.command import Command
from launcher.environment import BY_RUN
from launcher.preparation import prepare
from launcher.processes import run_in_front

HELP = """\
usage: ./run scimctl COMMAND ...

Operate what `./run up` deployed to the sandbox: `scimctl` with the sandbox's environment and stack.

  ./run scimctl help            all commands
  ./run scimctl token status    how old is the token, and when is it due?

It exits with the command's own code. For real tenants: `scimctl --stack prod ...` in the
virtual environment of the README."""


def work(arguments: list[str]) -> int:
    """Run it on the user's terminal."""
    prepared = prepare()
    stack.ensure(prepared)
    return run_in_front(
        [prepared.toolchain.python, "-m", "scimctl", *(["--help"] if arguments in ([], ["help"]) else arguments)],
        {**prepared.environment, **BY_RUN},
    )


COMMAND = Command("scimctl", "operate what was deployed: status, drift, logs and more", HELP, work)
