"""GitHub's markdown of what comes from a tenant: whatever people named their groups, it is shown and never obeyed."""

from collections.abc import Sequence


def code(text: str) -> str:
    """Return a text as code, in which neither markup nor a mention counts; fit for a cell of a table."""
    return f"`{' '.join(text.replace('`', chr(39)).split()).replace('|', chr(92) + '|') or ' '}`"


def table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """Return a table's lines; the cells are markdown already."""
    return [_row(header), _row(["---"] * len(header)), *(_row(row) for row in rows)]


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
