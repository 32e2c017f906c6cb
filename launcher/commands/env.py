"""`./run env`: the sandbox's environment for one's own shell."""

import os

from launcher.commands.command import Command
from launcher.deployment import ca_bundle, stack
from launcher.deployment.environment import shell_lines
from launcher.deployment.preparation import prepare
from launcher.errors import UsageError
from launcher.paths import STATE

HELP = """\
usage: eval "$(./run env)"

Print `export` lines that point Pulumi, its azuread plugin and this project's programs at the sandbox, so that a plain
`pulumi preview` works in your shell. Starts the sandbox where needed.

The lines contain the client secrets of the sandbox, because that is how its clients sign in: they open nothing
but the sandbox on this machine. Credentials of real tenants that your shell has are unset first (ARM_*, AZURE_*,
HPEGL_*, BEARER_TOKEN, PULUMI_ACCESS_TOKEN, PULUMI_CONFIG_PASSPHRASE), so use a shell of its own.

For TLS that shell trusts the sandbox beside what it trusted before, so pip and curl work as before."""


def work(arguments: list[str]) -> int:
    """Print the lines, and nothing else, to stdout."""
    if arguments:
        raise UsageError("env takes no arguments: see `./run env --help`")
    prepared = prepare()
    stack.ensure(prepared)
    trust = ca_bundle.settings(STATE, prepared.toolchain.venv_bin.parent, os.environ)
    print("\n".join(shell_lines({**prepared.settings, **trust}, os.environ)))
    return 0


COMMAND = Command("env", "print `export` lines, so that plain `pulumi` works in your shell", HELP, work)
