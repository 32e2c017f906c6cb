"""Everything that `./run` itself can fail with, and the exit code of each.

`./run --help` lists them. They are those of sysexits.h, apart from the engine's own, which pass through unchanged.
"""

from typing import ClassVar


class LauncherError(Exception):
    """One line with what is wrong and what to do."""

    exit_code: ClassVar[int]


class UsageError(LauncherError):
    """A mistake in what was typed."""

    exit_code = 64


class MissingError(LauncherError):
    """This machine lacks a network, Go, or a build that works."""

    exit_code = 69


class SandboxError(LauncherError):
    """The sandbox refused, or cannot be reached."""

    exit_code = 70


class StorageError(LauncherError):
    """Nothing more can be written."""

    exit_code = 73


class WaitError(LauncherError):
    """A wait reached its time limit, or another run has to end first."""

    exit_code = 75
