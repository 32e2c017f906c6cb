"""The environment variables that the work at hand sees: those of the process, or those of one stack among many."""

import os
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar

_environ: ContextVar[Mapping[str, str]] = ContextVar("environ", default=os.environ)


def current() -> Mapping[str, str]:
    """Return them. A thread that is started within `of` does not inherit them: hand them over."""
    return _environ.get()


@contextmanager
def of(environ: Mapping[str, str]) -> Generator[None]:
    """Let the work in this context see these and no others."""
    token = _environ.set(environ)
    try:
        yield
    finally:
        _environ.reset(token)
