"""What every command consists of."""

from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from dataclasses import dataclass

from providers.errors import ConfigurationError
from scimctl.terminal.report import Report


class UsageError(ConfigurationError):
    """The command line is wrong: exit code 2."""


def no_arguments(_parser: ArgumentParser) -> None:
    """Add nothing: most commands take only what all take."""


@dataclass(frozen=True)
class Command:
    """A name ("token status" is of the group `token`), a line for the overview, a text that teaches, the work.

    `work` raises ProvisioningError if it cannot be done; `args` has `stack` and `json` beside its own.
    """

    name: str
    summary: str
    teaches: str
    work: Callable[[Namespace], Report]
    arguments: Callable[[ArgumentParser], None] = no_arguments
