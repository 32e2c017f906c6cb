"""What `./run` prints: results to standard output, all else to standard error, and a line about what takes time.

On a terminal that line rewrites itself; elsewhere a plain line comes at the start, every 20 seconds and at the end.
"""

import os
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager
from typing import TextIO

PLAIN_INTERVAL_S = 20.0
CLEAR_LINE = "\r\x1b[K"
LINE_WIDTH = 100


def show(text: str) -> None:
    """Print a result."""
    _print(text, sys.stdout)


def say(line: str) -> None:
    """Print one line for the person who watches."""
    _print(line, sys.stderr)


def _print(text: str, stream: TextIO, end: str = "\n") -> None:
    """Print; if the reader is gone, as with `| head`, the work goes on and the rest of the text is dropped."""
    try:
        print(text, end=end, file=stream, flush=True)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def duration(seconds: float) -> str:
    """Spell a duration as a person would: `0.4 s`, `8 s`, `3 min 20 s`."""
    if seconds < 1:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"


class Progress:
    """One piece of work that is going on."""

    def __init__(self, title: str) -> None:
        self._title = title
        self._terminal = sys.stderr.isatty()
        self._began = self._printed = time.monotonic()
        if not self._terminal:
            say(f"{title} ...")

    def update(self, detail: str = "") -> None:
        """Show the time that passed and what goes on now; call it as often as you like."""
        now = time.monotonic()
        line = f"{self._title} ... {duration(now - self._began)}{detail and f', {detail}'}"[:LINE_WIDTH]
        if self._terminal:
            _print(f"{CLEAR_LINE}{line}", sys.stderr, end="")
        elif now - self._printed >= PLAIN_INTERVAL_S:
            self._printed = now
            say(line)

    def clear(self) -> None:
        """Leave the line to what is printed next."""
        if self._terminal:
            _print(CLEAR_LINE, sys.stderr, end="")

    def done(self) -> None:
        """Print that the work is over."""
        say(f"{self._title}: done in {duration(time.monotonic() - self._began)}")


@contextmanager
def working(title: str) -> Generator[Progress, None, None]:
    """Show progress while the block runs, and its end unless it fails: the error speaks then."""
    progress = Progress(title)
    try:
        yield progress
    finally:
        progress.clear()
    progress.done()
