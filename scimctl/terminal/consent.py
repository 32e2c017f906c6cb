"""What a command asks before it changes something: it prints what will happen, and goes on after `yes`."""

import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence

from providers.errors import ConfigurationError, StoppedError
from scimctl.terminal.console import say
from scimctl.terminal.report import Report


def add_consent(parser: ArgumentParser) -> None:
    """Add the two ways around the question."""
    choice = parser.add_mutually_exclusive_group()
    choice.add_argument("--yes", action="store_true", help="do not ask; needed if standard input is not a terminal")
    choice.add_argument("--dry-run", action="store_true", help="print what would happen, and change nothing")


def dry_run(will: Sequence[str]) -> Report:
    """Return the report of a command that was only to be tried."""
    lines = [*(f"would: {each}" for each in will), "dry run: nothing was changed"]
    return Report(lines, {"dryRun": True, "would": list(will)})


def agree(args: Namespace, will: Sequence[str], question: str) -> None:
    """Print what will happen and ask, unless the command line has --yes.

    Raises ConfigurationError if nobody can answer, StoppedError if the answer is another than yes.
    """
    if args.yes:
        return
    check_answerable(args)
    for each in will:
        say(f"will: {each}")
    say(f"{question} Type yes to go on:")
    if sys.stdin.readline().strip() != "yes":
        raise StoppedError("nothing was changed")


def check_answerable(args: Namespace) -> None:
    """Raise ConfigurationError if there is a question and nobody can answer it."""
    if not args.yes and not sys.stdin.isatty():
        raise ConfigurationError(
            "nothing was changed: standard input is not a terminal, so nobody can answer: add --yes"
        )
