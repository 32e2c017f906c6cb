"""The command line: finds the command, and turns whatever goes wrong into one line and an exit code."""

import os
import sys
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from providers.errors import ProvisioningError
from scimctl.commands import ALL
from scimctl.commands.command import Command
from scimctl.report import INTERRUPTED, MEANINGS, TROUBLE
from scimctl.terminal import say, show

if TYPE_CHECKING:
    from argparse import _SubParsersAction  # pyright: ignore[reportPrivateUsage] - argparse gives it no other name

_AsWritten = RawDescriptionHelpFormatter
_ABOUT = """\
Operate the provisioning from Microsoft Entra ID to HPE GreenLake that a stack of this project deployed.

It reads names and ids from the stack, and signs in with the same environment variables as `pulumi up`."""
_CODES = "exit codes:\n" + "\n".join(f"  {code:<5}{meaning}" for code, meaning in MEANINGS.items())


def main(arguments: Sequence[str]) -> int:
    """Run one command; return the exit code of the process."""
    args = parser().parse_args(arguments)
    command: Command = args.command
    try:
        report = command.work(args)
        show(report, as_json=args.json)
    except ProvisioningError as error:
        say("\n".join(f"scimctl: {line}" for line in str(error).splitlines()))
        return TROUBLE
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:  # whoever read the output has seen enough, as with `| head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return TROUBLE
    return report.code


def parser() -> ArgumentParser:
    """Return the parser of all commands."""
    whole = ArgumentParser("scimctl", description=_ABOUT, epilog=_CODES, formatter_class=_AsWritten, allow_abbrev=False)
    commands = whole.add_subparsers(metavar="COMMAND", required=True)
    groups: dict[str, _SubParsersAction[ArgumentParser]] = {}
    for command in ALL:
        group, _, member = command.name.rpartition(" ")
        if group and group not in groups:
            members = [each for each in ALL if each.name.startswith(f"{group} ")]
            summary = "; ".join(each.summary for each in members)
            groups[group] = commands.add_parser(
                group, help=summary, description=f"{_sentence(summary)}"
            ).add_subparsers(metavar="COMMAND", required=True)
        _add(groups.get(group, commands), member, command)
    return whole


def _add(to: "_SubParsersAction[ArgumentParser]", name: str, command: Command) -> None:
    parser = to.add_parser(
        name,
        help=command.summary,
        description=_sentence(command.summary),
        epilog=command.teaches,
        formatter_class=_AsWritten,
        allow_abbrev=False,
    )
    parser.set_defaults(command=command)
    command.arguments(parser)
    parser.add_argument("--stack", default="", metavar="NAME", help="the stack; default: the one that is selected")
    parser.add_argument("--json", action="store_true", help="print JSON for scripts")


def _sentence(summary: str) -> str:
    return summary[0].upper() + summary[1:] + "."
