"""Everything that `./run` itself can fail with, and the exit code of each.

    LauncherError
      UsageError      64  a command or an option that does not exist
      MissingError    69  something this machine lacks: a network, Go, a build that works
      SandboxError    70  the sandbox did not start, stop or answer
      StorageError    73  a disk is full or a folder cannot be written
      WaitError       75  a wait came to its end, or somebody else has to end first

The codes are those of sysexits.h, out of the way of the engine's own, which pass through unchanged.
"""

from typing import ClassVar


class LauncherError(Exception):
    """One line that says what is wrong and what to do."""

    exit_code: ClassVar[int]
    meaning: ClassVar[str]


class UsageError(LauncherError):
    """A command or an option that does not exist."""

    exit_code = 64
    meaning = "a command or an option that does not exist"


class MissingError(LauncherError):
    """Something that this machine lacks."""

    exit_code = 69
    meaning = "something is missing on this machine: Python, a network, Go"


class SandboxError(LauncherError):
    """The sandbox did not do as it was told."""

    exit_code = 70
    meaning = "the sandbox did not start, stop or answer"


class StorageError(LauncherError):
    """A disk is full, or a folder cannot be written."""

    exit_code = 73
    meaning = "a disk is full or a folder cannot be written"


class WaitError(LauncherError):
    """A bounded wait came to its end, or somebody else has to end first."""

    exit_code = 75
    meaning = "something goes on: a provisioning cycle, another run"


ALL: tuple[type[LauncherError], ...] = (UsageError, MissingError, SandboxError, StorageError, WaitError)
