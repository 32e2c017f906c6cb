"""What a command found: for people as lines, for scripts as JSON, and as an exit code."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rich.console import RenderableType

FINE = 0
TROUBLE = 1
USAGE = 2  # argparse's own
FOUND = 7  # as Pulumi's --expect-no-changes
INTERRUPTED = 130

MEANINGS = {
    FINE: "done, and nothing to report",
    TROUBLE: "it could not be done or found out: the first line has the reason and what to do",
    USAGE: "the command line is wrong",
    FOUND: "done, and something to report: drift, a rotation that is due, differences, failures",
    INTERRUPTED: "interrupted",
}


def counted(count: int, noun: str, plural: str = "") -> str:
    """Return a number with its noun, such as "1 group" and "2 groups"; `plural` if that is not with an s."""
    return f"{count} {noun if count == 1 else plural or f'{noun}s'}"


@dataclass(frozen=True)
class Report:
    """`lines` is printed for people, `data` with --json; never a token in either.

    `code` is FINE or FOUND, or TROUBLE if a part could not be read that the command is asked about.
    """

    lines: Sequence[RenderableType]
    data: Mapping[str, Any]
    code: int = FINE
