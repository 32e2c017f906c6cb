"""What a run prints: each fault, and what is done about it, once, although the engine asks in several phases.

The engine gives each preview and each update its own process. Without an engine the lines go to who listens, and
Pulumi, which takes 0.4 s to load, is not loaded.
"""

from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar

from providers.output import spelled

printed: set[str] = set()
_listener: ContextVar[list[str] | None] = ContextVar("listener", default=None)


@contextmanager
def heard() -> Generator[list[str]]:
    """Collect what is logged in this context instead of handing it to the engine."""
    lines: list[str] = []
    token = _listener.set(lines)
    try:
        yield lines
    finally:
        _listener.reset(token)


def note(line: str) -> None:
    """Log what is good to know."""
    listener = _listener.get()
    if listener is None:
        from pulumi import log

        log.info(spelled(line))
    else:
        listener.append(line)


def warn(line: str) -> None:
    """Log what should be looked at."""
    listener = _listener.get()
    if listener is None:
        from pulumi import log

        log.warn(spelled(line))
    else:
        listener.append(line)


def fault(line: str, detail: str = "") -> None:
    """Print what is wrong; a line that was printed with or without a detail is not printed again."""
    if _is_new(line):
        warn(line + detail)


def repair(line: str) -> None:
    """Print what is done about it."""
    if _is_new(line):
        note(line)


def _is_new(line: str) -> bool:
    if _listener.get() is not None:
        return True
    new = line not in printed
    printed.add(line)
    return new
