"""The entry: finds the command, and turns whatever goes wrong into one line and an exit code."""

import errno
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import NoReturn

from launcher import errors
from launcher.commands import ALL
from launcher.commands.parser import HELP_WORDS, chosen, help_text
from launcher.deployment.environment import TRUST
from launcher.paths import STATE, cache
from launcher.processes import disk_full
from launcher.progress import say, show
from providers.output import settle_streams
from scimctl.engine.in_front import SIGNALLED

INTERRUPTED = 130
UNUSABLE = (errno.EACCES, errno.EROFS, errno.EPERM, errno.ENOTDIR, errno.EEXIST, errno.ELOOP, errno.EISDIR)


def main(arguments: list[str]) -> int:
    """Run one command; return the exit code of the process."""
    return ended(lambda: _run(arguments))


def ended(work: Callable[[], int]) -> int:
    """Return the exit code of some work, after one line about what went wrong, if anything did."""
    _settle_signals()
    settle_streams()
    _forget_a_bundle_that_is_gone()
    try:
        return work()
    except errors.LauncherError as error:
        return _failed(error)
    except KeyboardInterrupt:
        return INTERRUPTED
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            return _failed(disk_full(Path(error.filename or cache()), "writing a file"))
        if error.errno in UNUSABLE:
            what = f"{error.filename} cannot be used ({error.strerror})"
            return _failed(errors.StorageError(f"{what}: it has to be a folder that you can write to"))
        raise


def _run(arguments: list[str]) -> int:
    name, *rest = arguments or ["help"]
    if name in (*HELP_WORDS, "help"):
        show(help_text("run"))
        return 0
    command = chosen(name, {each.name: each for each in ALL}, "command")
    if not set(HELP_WORDS).isdisjoint(rest[:1] if command.hands_over else rest):
        show(command.help)
        return 0
    return command.work(rest)


def _failed(error: errors.LauncherError) -> int:
    say(f"run: {error}")
    return error.exit_code


def _settle_signals() -> None:
    """End in order at SIGTERM, and let SIGINT interrupt.

    A background job of a shell starts with SIGINT ignored, children inherit that, and the engine then needs 5 s longer
    for every command.
    """
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, _terminate)


def _terminate(number: int, _frame: FrameType | None) -> NoReturn:
    sys.exit(SIGNALLED + number)


def _forget_a_bundle_that_is_gone() -> None:
    """Drop what `eval "$(./run env)"` set if .sandbox/ was removed since: every download would fail."""
    for name in TRUST:
        path = os.environ.get(name, "")
        if path.startswith(f"{STATE}/") and not Path(path).exists():
            del os.environ[name]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
