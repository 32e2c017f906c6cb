"""Bounded waits, and one process at a time for what must be made once: a virtual environment, an engine, a sandbox."""

import fcntl
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from launcher.progress import working

POLL_S = 0.1


def wait_until(done: Callable[[], bool], *, seconds: float, update: Callable[[str], None] | None = None) -> bool:
    """Ask until the answer is yes, and show the time that passed; return whether the answer came in time."""
    deadline = time.monotonic() + seconds
    while not done():
        if time.monotonic() > deadline:
            return False
        if update:
            update("")
        time.sleep(POLL_S)
    return True


@contextmanager
def locked(path: Path, *, to: str) -> Generator[None, None, None]:
    """Hold the lock file while the block runs; print it if another process has to finish first.

    The kernel releases the lock when its holder dies, so a killed process leaves nothing behind that blocks.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as handle:
        if not _taken(handle):
            with working(f"waiting for another ./run to {to}") as update:
                wait_until(lambda: _taken(handle), seconds=float("inf"), update=update)
        yield


def _taken(handle: TextIO) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
