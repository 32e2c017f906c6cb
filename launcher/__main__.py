"""The entry: finds the command, and turns whatever goes wrong into one line and an exit code."""

import errno
import os
import signal
import sys
from io import TextIOWrapper
from pathlib import Path
from types import FrameType
from typing import NoReturn

from launcher import errors
from launcher.commands import ALL
from launcher.deployment import ca_bundle
from launcher.log_reasons import disk_full
from launcher.paths import STATE, cache
from launcher.progress import say

INTERRUPTED = 130
BROKEN_PIPE = 141  # as a shell reports a program whose reader has gone, such as `head`
UNUSABLE = (errno.EACCES, errno.EROFS, errno.EPERM, errno.ENOTDIR, errno.EEXIST, errno.ELOOP, errno.EISDIR)
HELP_WORDS = ("--help", "-h")

HELP = """\
usage: ./run COMMAND [ARGUMENTS]

Microsoft Entra provisioning to HPE GreenLake as a Pulumi program, tried out on this machine: no account, no sudo.

{commands}

`./run COMMAND --help` says more. State is in .sandbox/, what can be made again in ~/.cache/greenlake-scim/.

exit codes:
  0    done
  1-9  Pulumi's, pytest's or a check's own, passed on
{codes}
  130  interrupted"""


def main(arguments: list[str]) -> int:
    """Run one command; return the exit code of the process."""
    _settle_signals()
    _settle_streams()
    _forget_a_bundle_that_is_gone()
    try:
        return _dispatch(arguments)
    except errors.LauncherError as error:
        return _fail(error)
    except KeyboardInterrupt:
        return INTERRUPTED
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            return _fail(disk_full(Path(error.filename or cache()), "writing a file"))
        if isinstance(error, BrokenPipeError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # what is still to be written goes nowhere
            return BROKEN_PIPE
        if error.errno in UNUSABLE:
            return _fail(
                errors.StorageError(
                    f"{error.filename} cannot be used ({error.strerror}): it has to be a folder that you can write to"
                )
            )
        raise


def overview() -> str:
    """Return the help of `./run` itself."""
    commands = "\n".join(f"  {command.name:<9}{command.summary}" for command in ALL)
    codes = "\n".join(f"  {error.exit_code:<5}{error.meaning}" for error in errors.ALL)
    return HELP.format(commands=commands, codes=codes)


def _dispatch(arguments: list[str]) -> int:
    name, *rest = arguments or ["help"]
    if name in (*HELP_WORDS, "help"):
        print(overview())
        return 0
    command = next((command for command in ALL if command.name == name), None)
    if command is None:
        raise errors.UsageError(
            f"no command {name!r}: one of {', '.join(each.name for each in ALL)}; see `./run --help`"
        )
    if rest[:1] and rest[0] in HELP_WORDS:
        print(command.help)
        return 0
    return command.work(rest)


def _fail(error: errors.LauncherError) -> int:
    say(f"run: {error}")
    return error.exit_code


def _settle_streams() -> None:
    """Escape what the encoding of an output lacks instead of failing: names of groups and people are Unicode."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _settle_signals() -> None:
    """Die of SIGTERM in an orderly way, and let SIGINT be what it is.

    A background job of a shell starts with SIGINT ignored, children inherit that, and the engine then needs 5 s longer
    for every command.
    """
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, _terminate)


def _terminate(number: int, _frame: FrameType | None) -> NoReturn:
    sys.exit(128 + number)


def _forget_a_bundle_that_is_gone() -> None:
    """Drop what `eval "$(./run env)"` set if .sandbox/ was removed since: every download would fail."""
    for name in ca_bundle.VARIABLES:
        path = os.environ.get(name, "")
        if path.startswith(f"{STATE}/") and not Path(path).exists():
            del os.environ[name]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
