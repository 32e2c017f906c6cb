"""The commands in the order in which `--help` lists them."""

from scimctl.command import Command
from scimctl.commands import assumptions, notify, provision, status, switch, test
from scimctl.commands.adopt import adopt
from scimctl.commands.doctor import doctor
from scimctl.commands.drift import drift
from scimctl.commands.fleet import add, looks, matrix, run
from scimctl.commands.fleet.kubernetes import look
from scimctl.commands.logs import logs
from scimctl.commands.recover import recover
from scimctl.commands.scope import scope
from scimctl.commands.token import token_rotate, token_status
from scimctl.commands.verify import verify

ALL: tuple[Command, ...] = (
    adopt.COMMAND,
    status.COMMAND,
    *switch.COMMANDS,
    test.COMMAND,
    verify.COMMAND,
    provision.COMMAND,
    logs.COMMAND,
    scope.COMMAND,
    drift.COMMAND,
    doctor.COMMAND,
    recover.COMMAND,
    token_status.COMMAND,
    token_rotate.COMMAND,
    assumptions.COMMAND,
    notify.COMMAND,
    add.COMMAND,
    run.COMMAND,
    matrix.COMMAND,
    *looks.COMMANDS,
    look.COMMAND,
)
