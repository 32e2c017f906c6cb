"""Have the engine export states, of many stacks at once without more memory than two engines take."""

import subprocess
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from threading import BoundedSemaphore, Lock, Timer

from providers import environment
from scimctl.engine import engine

_ENGINES = BoundedSemaphore(2)  # each takes 70 MiB, and a whole core for the half second of its life
_TURN_SECONDS = 20.0
_SECONDS = 120.0
_LITTLE_GARBAGE = {"GOGC": "400", "GOMEMLIMIT": "40MiB"}  # an engine that ends at once need not collect it often


def export(options: Sequence[str], stack: str) -> str:
    """Return what `pulumi stack export` prints. Raises EngineError, also for a backend that does not answer in time."""
    with _turn(), environment.of({**_LITTLE_GARBAGE, **environment.current()}):
        try:
            return engine.ask(["stack", "export", *options], stack, seconds=_SECONDS)
        except subprocess.TimeoutExpired:
            late = f"`pulumi stack export` did not end within {_SECONDS:.0f} s"
            raise engine.EngineError(f"{late}: check that the backend answers") from None


@contextmanager
def _turn() -> Generator[None]:
    """Wait until fewer than two engines run; an engine that waits for its backend gives its turn to the next one."""
    over = Lock()

    def give_back() -> None:
        if over.acquire(blocking=False):
            _ENGINES.release()

    _ENGINES.acquire()
    timer = Timer(_TURN_SECONDS, give_back)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        give_back()
