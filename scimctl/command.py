"""What every command consists of."""

from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from providers.errors import ConfigurationError
from scimctl.terminal.report import Report

_HELP = Path(__file__).parent / "help"


class UsageError(ConfigurationError):
    """The command line is wrong: exit code 2."""


def no_arguments(_parser: ArgumentParser) -> None:
    """Add nothing: most commands take only what all take."""


@dataclass(frozen=True)
class Command:
    """A name ("token status" is of the group `token`), a line for the overview, and the work.

    `work` raises ProvisioningError if it cannot be done; `args` has `stack` and `json` beside its own.
    """

    name: str
    summary: str
    work: Callable[[Namespace], Report]
    arguments: Callable[[ArgumentParser], None] = no_arguments

    @property
    def teaches(self) -> str:
        """Return the text that teaches it, the end of its help."""
        return (_HELP / f"{self.name.replace(' ', '-')}.txt").read_text(encoding="utf-8").rstrip("\n")
