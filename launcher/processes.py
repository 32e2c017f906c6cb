"""Two ways to run a program: in front of the user, or behind a progress line with its output in a log."""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import FrameType

from launcher.paths import PROJECT
from launcher.progress import Progress
from providers.masking import brief

POLL_S = 0.25
SIGNALLED = 128  # a shell adds the number of the signal to it


def run_in_front(command: Sequence[str], environment: Mapping[str, str]) -> int:
    """Run a program on the user's own terminal and return its exit code.

    A Ctrl-C reaches the program by itself; it decides how to end, and we wait for it. A SIGTERM is ours alone, so it
    is handed on.
    """
    process: subprocess.Popen[bytes] | None = None
    early: list[int] = []

    def hand_on(number: int, _frame: FrameType | None) -> None:
        if process is None:
            early.append(number)
        else:
            process.send_signal(number)

    before = {
        signal.SIGINT: signal.signal(signal.SIGINT, lambda _number, _frame: None),
        signal.SIGTERM: signal.signal(signal.SIGTERM, hand_on),
    }
    try:
        process = subprocess.Popen(command, env=environment, cwd=PROJECT)
        for number in early:
            process.send_signal(number)
        code = process.wait()
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    return SIGNALLED - code if code < 0 else code


def run_behind(
    command: Sequence[str],
    *,
    environment: Mapping[str, str],
    log: Path,
    progress: Progress,
    describe: Callable[[str], str],
    give_up: Callable[[str, float], bool] = lambda _text, _elapsed: False,
    directory: Path = PROJECT,
) -> int:
    """Run a program with its output appended to a log; `describe` makes the progress detail of the log's text.

    The program gets a process group of its own and is ended with it when we are interrupted, or when `give_up` says so
    of the log's text and the seconds passed.
    """
    offset = log.stat().st_size if log.exists() else 0
    with log.open("ab") as output:
        process = subprocess.Popen(
            command,
            env=environment,
            cwd=directory,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    began = time.monotonic()
    text = ""
    try:
        while not give_up(text, time.monotonic() - began):
            code = _wait(process)
            if code is not None:
                return code
            text = read_from(log, offset)
            progress.update(describe(text))
    finally:
        _end(process)
    return -signal.SIGKILL


def _wait(process: subprocess.Popen[bytes]) -> int | None:
    try:
        return process.wait(POLL_S)
    except subprocess.TimeoutExpired:
        return None


def read_from(log: Path, offset: int) -> str:
    """Return what a log holds after an offset."""
    with log.open("rb") as handle:
        handle.seek(offset)
        return handle.read().decode(errors="replace")


def last_line(text: str) -> str:
    """Return the last line that says anything, fit to be shown: what installs and builds prints addresses whole."""
    return brief(next((line for line in reversed(text.splitlines()) if line.strip()), ""))


def _end(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
