"""Run a program: in front of the user, behind a line of progress with its output in a log, or for its answer."""

import os
import shutil
import signal
import stat
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from threading import Thread
from types import FrameType
from typing import IO, Any

from launcher.errors import LauncherError, MissingError, StorageError
from launcher.paths import PROJECT
from launcher.progress import working
from providers.masking import brief

POLL_S = 0.25
SIGNALLED = 128  # a shell adds the number of the signal to it
RELAY_S = 5.0  # for what an ended program has printed; what it started may hold its output open
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


def in_front(command: Sequence[str], environment: Mapping[str, str], *, unbroken: bool = False) -> int:
    """Run a program on the user's own terminal and return its exit code.

    Ctrl-C reaches the program by itself, SIGTERM from here: the program decides how to end, and we wait for it. An
    `unbroken` one goes on if the terminal or a pipe that it writes to is closed.
    """
    process: subprocess.Popen[bytes] | None = None
    early: list[int] = []

    def hand_on(number: int, _frame: FrameType | None) -> None:
        if process is None:
            early.append(number)
        else:
            process.send_signal(number)

    handlers: dict[signal.Signals, Any] = {signal.SIGINT: _leave_it_to_the_program, signal.SIGTERM: hand_on}
    handlers |= {signal.SIGHUP: signal.SIG_IGN} if unbroken else {}
    before = {number: signal.signal(number, handler) for number, handler in handlers.items()}
    out, err = _pipes() if unbroken else (None, None)
    try:
        process = subprocess.Popen(command, env=environment, cwd=PROJECT, bufsize=0, stdout=out, stderr=err)
        for number in early:
            process.send_signal(number)
        code = _relayed(process)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    return SIGNALLED - code if code < 0 else code


def _leave_it_to_the_program(_number: int, _frame: FrameType | None) -> None:
    """Do nothing, but not as SIG_IGN would, which the program would inherit."""


def _pipes() -> tuple[int | None, int | None]:
    """Return our own pipe for each output that is a pipe, since a pipe that nobody reads ends a program."""
    out, err = (subprocess.PIPE if _is_pipe(output) else None for output in (1, 2))
    return out, subprocess.STDOUT if out and os.path.sameopenfile(1, 2) else err


def _is_pipe(output: int) -> bool:
    with suppress(OSError):  # it is closed
        mode = os.fstat(output).st_mode
        return stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode)
    return False


def _relayed(process: "subprocess.Popen[bytes]") -> int:
    """Wait for a program while what it prints is passed on."""
    outputs = [(process.stdout, 1), (process.stderr, 2)]
    relays = [Thread(target=_relay, args=(source, to), daemon=True) for source, to in outputs if source]
    for relay in relays:
        relay.start()
    code = process.wait()
    for relay in relays:
        relay.join(RELAY_S)
    return code


def _relay(source: IO[bytes], to: int) -> None:
    while some := source.read(65536):
        with suppress(OSError):  # nobody reads it any more
            while some:
                some = some[os.write(to, some) :]


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
    with log.open("ab") as output:
        process = detached(command, output, env=environment, cwd=directory)
    began, text = time.monotonic(), ""
    with working(title) as progress:
        try:
            while not give_up(text, time.monotonic() - began):
                with suppress(subprocess.TimeoutExpired):
                    return process.wait(POLL_S)
                text = read_from(log, offset)
                progress.update((describe or last_line)(text))
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
