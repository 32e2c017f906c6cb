"""`./run scimctl`: the operator's command line, pointed at the sandbox; `./run recover` is one of its commands."""

import os

from launcher import virtual_environment
from launcher.commands.parser import Command, Parser
from launcher.deployment import sandbox_process, stack
from launcher.deployment.environment import BY_RUN
from launcher.deployment.preparation import prepare
from launcher.errors import SandboxError
from launcher.processes import in_front
from launcher.progress import say


def work(arguments: list[str]) -> int:
    """Run it on the user's terminal; help needs neither the engine nor the sandbox."""
    words = ["--help"] if arguments in ([], ["help"]) else arguments
    if not {"--help", "-h", "--version"}.isdisjoint(words):
        python = str(virtual_environment.bin_folder() / "python")
        return in_front([python, "-m", "scimctl", *words], {**os.environ, **BY_RUN})
    if not sandbox_process.running():
        raise SandboxError(
            "nothing is deployed, and the sandbox does not run: `./run up`"
            if stack.is_empty()
            else "the sandbox does not run: start it with `./run sandbox start`"
        )
    prepared = prepare()
    stack.ensure(prepared)
    return in_front([prepared.toolchain.python, "-m", "scimctl", *words], {**prepared.environment, **BY_RUN})


def recover(arguments: list[str]) -> int:
    """Show, wait, clear; in the sandbox nobody has to be asked."""
    Parser("recover").parse_args(arguments)
    if not stack.CHECKPOINT.exists():
        say("there is nothing to clear")
        return 0
    return work(["recover", "--yes"])


COMMAND = Command("scimctl", work, hands_over=True)
RECOVER = Command("recover", recover)
