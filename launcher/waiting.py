"""Bounded waits for what tells nobody when it is done: files, foreign processes, HTTP answers."""

import time
from collections.abc import Callable

from launcher.progress import Progress

POLL_S = 0.1


def wait_until(done: Callable[[], bool], *, seconds: float, progress: Progress | None = None, detail: str = "") -> bool:
    """Ask again and again until the answer is yes; tell whether it came in time."""
    deadline = time.monotonic() + seconds
    while not done():
        if time.monotonic() > deadline:
            return False
        if progress:
            progress.update(detail)
        time.sleep(POLL_S)
    return True
