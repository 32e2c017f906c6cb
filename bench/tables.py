"""The output of both measurements: a table of figures, and a line for each limit or promise."""

from collections.abc import Sequence


def table(rows: Sequence[Sequence[str]]) -> str:
    """Return rows under their heading, names to the left and figures to the right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  ".join([row[0].ljust(widths[0]), *map(str.rjust, row[1:], widths[1:])]).rstrip() for row in rows
    )


def verdict(holds: bool, said: str) -> str:
    """Return a line that reports whether a limit or promise holds."""
    return f"{'holds' if holds else 'BROKEN':<8}{said}"
