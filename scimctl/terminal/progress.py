"""A bar on a terminal for what counts up, such as pages that are read; one line in a pipe."""

from collections.abc import Callable, Generator
from contextlib import contextmanager

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from scimctl.terminal.console import console, say

Tell = Callable[[int, int | None], None]
"""Takes how many are done, and of how many, None if that is not known."""


@contextmanager
def counting(what: str) -> Generator[Tell]:
    """Return what is being counted while it is; the bar goes away at the end."""
    err = console(stderr=True)
    if not err.is_terminal:
        say(f"{what} ...")
        yield lambda _done, _of: None
        return
    with Progress(
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), console=err, transient=True
    ) as bar:
        task = bar.add_task(what, total=None)
        yield lambda done, of: bar.update(task, completed=done, total=of)
