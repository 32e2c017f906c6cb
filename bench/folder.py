"""The folder in which a benchmark has its own sandbox, stacks and programs: one benchmark at a time, nothing left."""

import shutil
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from bench.services import end_leftover
from launcher.locks import locked
from launcher.paths import STATE, make_private


@contextmanager
def bench_folder() -> Generator[Path, None, None]:
    """Hold the empty folder while the block runs, after ending what a benchmark that was killed left there."""
    folder = STATE / "bench"
    with locked(STATE / "bench.lock", to="end its benchmark"):
        end_leftover(folder / "sandbox")
        shutil.rmtree(folder, ignore_errors=True)
        try:
            yield make_private(folder)
        finally:
            shutil.rmtree(folder, ignore_errors=True)
