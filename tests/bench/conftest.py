"""The clone in which the benchmark runs, as for every command of `./run`."""

from tests.launcher.conftest import clone

__all__ = ["clone"]
