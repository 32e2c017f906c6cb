"""The command line: finds the command, and turns whatever goes wrong into one line and an exit code."""

import os
import sys
from collections.abc import Sequence

from providers.errors import ProvisioningError
from scimctl.command import Command
from scimctl.header import headed
from scimctl.parser import read
from scimctl.terminal.console import say, show
from scimctl.terminal.report import INTERRUPTED, TROUBLE


def main(arguments: Sequence[str]) -> int:
    """Run one command; return the exit code of the process."""
    args = read(arguments)
    command: Command = args.command
    try:
        report = command.work(args)
        show(headed(args, report), as_json=args.json)
    except ProvisioningError as error:
        say("\n".join(f"scimctl: {line}" for line in str(error).splitlines()))
        return TROUBLE
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:  # whoever read the output has seen enough, as with `| head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return TROUBLE
    return report.code
