"""What `./run` prints: results to standard output, all else to standard error, and a line about what takes time.

On a terminal that line rewrites itself; elsewhere a plain line comes at the start, every 20 seconds and at the end.
"""

import os
import sys
import time
from collections.abc import Callable, Generator
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


@contextmanager
def working(title: str) -> Generator[Callable[[str], None], None, None]:
    """Show one piece of work while the block runs, and its end unless it fails: the error speaks then.

    The block gets a function that shows the time that passed and a detail; it may call that as often as it likes.
    """
    on_terminal = sys.stderr.isatty()
    began = printed = time.monotonic()
    if not on_terminal:
        say(f"{title} ...")

    def update(detail: str) -> None:
        nonlocal printed
        now = time.monotonic()
        line = f"{title} ... {duration(now - began)}{detail and f', {detail}'}"[:LINE_WIDTH]
        if on_terminal:
            _print(f"{CLEAR_LINE}{line}", sys.stderr, end="")
        elif now - printed >= PLAIN_INTERVAL_S:
            printed = now
            say(line)

    try:
        yield update
    finally:
        if on_terminal:
            _print(CLEAR_LINE, sys.stderr, end="")
    say(f"{title}: done in {duration(time.monotonic() - began)}")
