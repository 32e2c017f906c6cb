"""Print a fault, and what is done about it, once in a run, although the engine asks for a difference in several phases.

The engine gives each preview and each update a process of its own.
"""

import pulumi

from providers.spelling import spelled

printed: set[str] = set()


def fault(line: str, detail: str = "") -> None:
    """Print what is wrong; a line that was printed with or without a detail is not printed again."""
    if _is_new(line):
        pulumi.log.warn(spelled(line + detail))


def repair(line: str) -> None:
    """Print what is done about it."""
    if _is_new(line):
        pulumi.log.info(spelled(line))


def _is_new(line: str) -> bool:
    new = line not in printed
    printed.add(line)
    return new
