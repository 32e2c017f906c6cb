"""The commands, one file each, in the order in which `--help` lists them."""

from scimctl.commands import token_status
from scimctl.commands.command import Command

ALL: tuple[Command, ...] = (token_status.COMMAND,)
