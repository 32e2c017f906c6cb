"""The commands of `./run`, in the order in which its help lists them."""

from launcher.commands import bench, down, env, pulumi, sandbox, scimctl, test, up
from launcher.commands.parser import Command

ALL: tuple[Command, ...] = (
    up.COMMAND,
    down.COMMAND,
    scimctl.RECOVER,
    test.COMMAND,
    bench.COMMAND,
    scimctl.COMMAND,
    pulumi.COMMAND,
    env.COMMAND,
    sandbox.COMMAND,
)
