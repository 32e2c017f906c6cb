"""The commands of `./run`, in the order in which its help lists them."""

from launcher.commands import bench, down, env, pulumi, recover, sandbox, scimctl, test, up
from launcher.commands.command import Command

ALL: tuple[Command, ...] = (
    up.COMMAND,
    down.COMMAND,
    recover.COMMAND,
    test.COMMAND,
    bench.COMMAND,
    scimctl.COMMAND,
    pulumi.COMMAND,
    env.COMMAND,
    sandbox.COMMAND,
)
