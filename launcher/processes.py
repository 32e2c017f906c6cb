"""Run a program behind a line of progress with its output in a log, or for its answer."""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

from launcher.errors import LauncherError, MissingError, StorageError
from launcher.paths import PROJECT
from launcher.progress import working
from providers.masking import brief

POLL_S = 0.25
FULL_BYTES = 1_000_000  # with less than this left nothing is installed, and a log may not even have the reason
DISK_FULL = ("no space left on device", "disk quota exceeded")
UNREACHABLE = (
    "temporary failure in name resolution",
    "name or service not known",
    "failed to resolve",
    "newconnectionerror",
    "connecttimeouterror",
    "proxyerror",
    "network is unreachable",
    "no such host",
    "server misbehaving",
    "connection refused",
    "i/o timeout",
    "dial tcp",
    "(from versions: none)",  # all that pip prints if it may not try twice
)


def behind(
    title: str,
    command: Sequence[str],
    log: Path,
    *,
    environment: Mapping[str, str] | None = None,
    directory: Path = PROJECT,
    describe: Callable[[str], str] | None = None,
    give_up: Callable[[str, float], bool] = lambda _text, _elapsed: False,
) -> int:
    """Run a program with its output appended to a log and return its exit code.

    `describe` makes the detail of the progress line of the log's text, by default its last line. The program gets its
    own process group and is killed with it if we are interrupted, or if `give_up` is true for the log's text and the
    seconds passed.
    """
    offset = log.stat().st_size if log.exists() else 0
    began, text = time.monotonic(), ""
    with working(title) as update, log.open("ab") as output:
        process = detached(command, output, env=environment, cwd=directory)
        try:
            while not give_up(text, time.monotonic() - began):
                with suppress(subprocess.TimeoutExpired):
                    return process.wait(POLL_S)
                text = read_from(log, offset)
                update((describe or last_line)(text))
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
    return -signal.SIGKILL


def detached(command: Sequence[str], output: IO[bytes], **more: Any) -> "subprocess.Popen[bytes]":
    """Start a program in its own session, with its output in a file."""
    more = {"cwd": PROJECT, "stdin": subprocess.DEVNULL, "stderr": subprocess.STDOUT, **more}
    return subprocess.Popen[bytes](command, stdout=output, start_new_session=True, **more)


def answer(command: Sequence[str], environment: Mapping[str, str], **more: Any) -> "subprocess.CompletedProcess[str]":
    """Run a program until it ends and return its exit code and what it printed."""
    more = {"cwd": PROJECT, "stdin": subprocess.DEVNULL, **more}
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False, **more)


def read_from(log: Path, offset: int) -> str:
    """Return what a log holds after an offset."""
    with log.open("rb") as handle:
        handle.seek(offset)
        return handle.read().decode(errors="replace")


def last_line(text: str) -> str:
    """Return the last line that is not empty, without the secrets in it: installs and builds print whole addresses."""
    return brief(next((line for line in reversed(text.splitlines()) if line.strip()), ""))


def reason(log: Path, work: str) -> LauncherError:
    """Turn the log of failed work, of which pip and Go make pages, into an error with what to do."""
    text = read_from(log, 0)
    lowered = text.lower()
    fullest = min(log.parent, Path(tempfile.gettempdir()), key=_free)
    if any(words in lowered for words in DISK_FULL) or _free(fullest) < FULL_BYTES:
        return disk_full(fullest, work)
    if any(words in lowered for words in UNREACHABLE):
        return MissingError(
            f"{work} needs a network, and none answers: connect, or set the proxy, and run it again ({log})"
        )
    errors = [line for line in text.splitlines() if line.lower().startswith(("error:", "go: "))]
    return MissingError(f"{work} failed: {last_line(errors[-1] if errors else text)} ({log} has it all)")


def disk_full(folder: Path, work: str) -> StorageError:
    """Report that a disk is full, in one way everywhere."""
    return StorageError(f"{work} failed because the disk of {folder} is full: free some space and run it again")


def _free(folder: Path) -> int:
    return shutil.disk_usage(folder).free
