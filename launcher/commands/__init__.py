"""The commands of `./run`, in the order in which its help lists them."""

from launcher.commands import down, programs, sandbox, up
from launcher.commands.parser import Command

ALL: tuple[Command, ...] = (
    Command("up", up.work),
    Command("down", down.work),
    Command("recover", programs.recover),
    Command("test", programs.test, hands_over=True),
    Command("bench", programs.bench, hands_over=True),
    Command("scimctl", programs.scimctl, hands_over=True),
    Command("pulumi", programs.pulumi, hands_over=True),
    Command("env", programs.env),
    Command("sandbox", sandbox.work),
)
