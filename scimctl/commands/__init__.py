"""The commands, one file each, in the order in which `--help` lists them."""

from scimctl.commands import (
    adopt,
    doctor,
    drift,
    logs,
    provision,
    recover,
    restart,
    scope,
    start,
    status,
    stop,
    test,
    token_rotate,
    token_status,
    verify,
)
from scimctl.commands.command import Command

ALL: tuple[Command, ...] = (
    adopt.COMMAND,
    status.COMMAND,
    start.COMMAND,
    stop.COMMAND,
    restart.COMMAND,
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
)
