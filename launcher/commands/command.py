"""What every command of `./run` consists of."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Command:
    """A name, one line for the overview, a text that teaches, and the work: arguments in, exit code out."""

    name: str
    summary: str
    help: str
    work: Callable[[list[str]], int]
