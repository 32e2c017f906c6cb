"""The command line: finds the command, and turns whatever goes wrong into one line and an exit code."""

import os
import sys
from argparse import Namespace
from collections.abc import Sequence
from contextlib import suppress

from providers.errors import ProvisioningError
from scimctl.command import UsageError
from scimctl.header import headed
from scimctl.parser import read
from scimctl.terminal.console import say, show
from scimctl.terminal.report import FINE, INTERRUPTED, TROUBLE, USAGE, Report


def main(arguments: Sequence[str]) -> int:
    """Run one command; return the exit code of the process."""
    code = FINE  # of a command that goes on until nobody reads its output any more
    try:
        with suppress(SystemExit):  # help or a script for completion was printed
            report = _reported(arguments)
            code = report.code
            show(report, as_json="--json" in arguments)
        sys.stdout.flush()
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:  # nobody reads the output any more, as with `| head`: no error
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return code


def _reported(arguments: Sequence[str]) -> Report:
    """Return what a command found, or the error: one line each on standard error, and `error` for scripts."""
    args = Namespace()
    try:
        args = read(arguments)
        return headed(args, args.command.work(args))
    except ProvisioningError as error:
        return _failed(args, str(error), USAGE if isinstance(error, UsageError) else TROUBLE)
    except BrokenPipeError:
        raise
    except OSError as error:  # a file that may not be written, a full disk
        return _failed(args, ": ".join(filter(None, (str(error.filename or ""), error.strerror))), TROUBLE)


def _failed(args: Namespace, error: str, code: int) -> Report:
    say("\n".join(f"scimctl: {line}" for line in error.splitlines()))
    return headed(args, Report([], {"error": error, "exitCode": code}, code))
