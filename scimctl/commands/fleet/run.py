"""`scimctl fleet run`: a command in the environment of one stack, with that tenant's sign-in and secrets."""

import os
import shutil
from argparse import REMAINDER, ArgumentParser, Namespace
from typing import NoReturn

from providers.errors import ConfigurationError
from scimctl.arguments import stack_name
from scimctl.fleet.declared import declared
from scimctl.fleet.environment import environ_of, for_reading, withheld
from scimctl.fleet.fleet_file import read_fleet
from scimctl.terminal.console import say


def work(args: Namespace) -> NoReturn:
    """Become the command."""
    fleet = read_fleet()
    member = fleet.named(args.name)
    given: list[str] = args.run
    command = given[1:] if given[:1] == ["--"] else given
    if not command:
        raise ConfigurationError(f"no command: write `scimctl fleet run {member.name} -- pulumi up`")
    if command[0].startswith("-"):
        raise ConfigurationError(
            f"{command[0]} stands behind the name: write `scimctl fleet run --read {member.name} -- COMMAND`"
        )
    tenant_id = declared(member.name).tenant_id
    for line in withheld(fleet, [member], os.environ):
        say(f"scimctl: {line}")
    environ = environ_of(fleet, member, tenant_id, os.environ, for_reading if args.read else lambda _: True)
    program = shutil.which(command[0], path=environ.get("PATH"))
    if program is None:
        raise ConfigurationError(f"{command[0]} is not on PATH")
    os.execve(program, command, environ)  # noqa: S606 - what a person typed after `--`


def arguments(parser: ArgumentParser) -> None:
    """Add the stack and the command."""
    parser.add_argument("--read", action="store_true", help="without the secrets that only a change needs: HPEGL_*")
    parser.add_argument("name", type=stack_name, metavar="NAME", help="the stack, as fleet.yaml names it")
    parser.add_argument("run", type=str, nargs=REMAINDER, metavar="-- COMMAND", help="the command and its arguments")
