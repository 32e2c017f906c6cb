"""Runs a program until it ends and notes when it printed what."""

import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.phases import Line
from launcher.errors import MissingError
from launcher.processes import last_line
from launcher.progress import Progress

STOP_S = 30.0


@dataclass(frozen=True)
class Timed:
    """How long a program took, and its output with times."""

    seconds: float
    lines: Sequence[Line]


def clocked(
    command: Sequence[str], *, environment: Mapping[str, str], directory: Path, progress: Progress, detail: str
) -> Timed:
    """Run a program in its own session; if we are interrupted, interrupt it and wait for it.

    Raises:
        MissingError: it failed; the message has its last error.
    """
    began = time.monotonic()
    lines: list[Line] = []
    with subprocess.Popen(
        command,
        env=environment,
        cwd=directory,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    ) as process:
        try:
            for text in process.stdout or ():
                lines.append(Line(time.monotonic() - began, text))
                progress.update(detail)
            process.wait()
        finally:
            _end(process)
    if process.returncode:
        raise MissingError(f"`{' '.join(command[1:3])}` of the benchmark failed: {_error(lines)}")
    return Timed(time.monotonic() - began, lines)


def _error(lines: Sequence[Line]) -> str:
    """Return the first error that the engine named, else its last line."""
    named = (line.text.partition("error: ")[2].strip() for line in lines)
    return next(filter(None, named), "") or last_line("".join(line.text for line in lines))


def _end(process: subprocess.Popen[str]) -> None:
    """End a program that still runs: politely, so that the engine ends its plugins, then not."""
    if process.poll() is None:
        process.send_signal(signal.SIGINT)
        try:
            process.communicate(timeout=STOP_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
