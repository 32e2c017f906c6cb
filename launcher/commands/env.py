"""`./run env`: the sandbox's environment for your own shell."""

import os

from launcher.commands.parser import Command, Parser
from launcher.deployment import ca_bundle, stack
from launcher.deployment.environment import shell_lines
from launcher.deployment.preparation import prepare
from launcher.paths import STATE
from launcher.progress import show


def work(arguments: list[str]) -> int:
    """Print the lines, and nothing else, to stdout."""
    Parser("env").parse_args(arguments)
    prepared = prepare()
    stack.ensure(prepared)
    trust = ca_bundle.settings(STATE, prepared.toolchain.venv_bin.parent, os.environ)
    show("\n".join(shell_lines({**prepared.settings, **trust}, os.environ)))
    return 0


COMMAND = Command("env", work)
