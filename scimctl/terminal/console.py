"""Write to people and to pipes: colour, bars and screens only if somebody looks, plain lines elsewhere."""

import json
import re
import sys
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from typing import IO

from rich.cells import cell_len
from rich.console import Console, RenderableType
from rich.file_proxy import FileProxy
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.text import Text

from providers.output import spelled
from scimctl.terminal.report import Report

_UNBROKEN = 10_000  # a pipe has no width: a line that was broken cannot be searched
_COLUMN = re.compile(r"^ +|  +")
_COMMAND = re.compile(r"`[^`]*`")
_SPACES = re.compile(r"(?<=\S) +(?=\S)")
Cell = str | Text


class _Console(Console):
    def on_broken_pipe(self) -> None:
        """Leave it to the command what follows; Rich itself would end the process with 1."""
        raise BrokenPipeError


def console(*, stderr: bool = False) -> Console:
    """Return standard output or error, as wide as it is, without colour if nobody looks or NO_COLOR is set."""
    stream: IO[str] = sys.stderr if stderr else sys.stdout
    if isinstance(stream, FileProxy) and not stream.isatty():  # of a spinner, which shows on standard error
        stream = stream.rich_proxied_file
    width = None if stream.isatty() else _UNBROKEN
    return _Console(file=stream, width=width, highlight=False, markup=False, emoji=False)


def show(report: Report, *, as_json: bool) -> None:
    """Print a report, as JSON in ASCII with keys in the order they were given, or for people."""
    if as_json:
        sys.stdout.write(spelled(json.dumps(report.data, indent=2)) + "\n")
        return
    out = console()
    for line in report.lines:
        write(out, line)


def write(out: Console, line: RenderableType) -> None:
    """Print one line with its commands spelled as they work here; on a terminal that is narrower, as several."""
    read = as_read(line)
    for each in fitted(read, out.width) if isinstance(read, Text) and out.is_terminal else [read]:
        out.print(each, soft_wrap=True)


def as_read(line: RenderableType) -> RenderableType:
    """Return a line with its commands spelled as they work here, in the same colours."""
    if isinstance(line, str):
        return Text(spelled(line))
    if isinstance(line, Text) and spelled(line.plain) != line.plain:
        return Text.from_markup(spelled(line.markup), emoji=False)
    return line


def say(sentence: str) -> None:
    """Print on standard error what is not the result; work goes on if nobody reads that any more."""
    with suppress(BrokenPipeError):
        write(console(stderr=True), sentence)


@contextmanager
def working(what: str) -> Generator[None]:
    """Return what is being done while it is done; on a terminal with a spinner that goes away."""
    err = console(stderr=True)
    if err.is_terminal:
        with err.status(what):
            yield
    else:
        say(f"{what} ...")
        yield


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


good, warning, bad = (partial(Text, style=style) for style in ("green", "yellow", "bold red"))
"""Texts for a good result, for what wants to be looked at, and for a bad result."""


def aligned(rows: Sequence[Sequence[Cell]], *, indent: str = "") -> list[Text]:
    """Return the rows as lines with their columns under each other; letters of double width count twice."""
    texts = [[Text(cell) if isinstance(cell, str) else cell for cell in row] for row in rows]
    widths = [max(cell.cell_len for cell in column) for column in zip(*texts, strict=True)]
    return [_line(row, widths, indent) for row in texts]


def fitted(line: Text, width: int) -> list[Text]:
    """Break a line at spaces so that each part fits, later ones below the last column that begins in the left half.

    A word that is longer, such as a URL or an id, stays whole.
    """
    if cell_len(line.plain) <= width:
        return [line]
    ends = [column.end() for column in _COLUMN.finditer(line.plain)]
    indent = max((cell_len(line.plain[:end]) for end in ends if cell_len(line.plain[:end]) <= width // 2), default=0)
    parts, rest, room = list[Text](), line, width
    while cell_len(rest.plain) > room and (cut := _cut(rest.plain, room)):
        parts.append(rest[:cut])
        rest = rest[cut:]
        rest = rest[len(rest.plain) - len(rest.plain.lstrip()) :]
        room = width - indent
    return [part if not number else Text(" " * indent) + part for number, part in enumerate([*parts, rest])]


def _cut(text: str, room: int) -> int:
    """Return the last place in a text that fits and is followed by a space, or else the first such place; 0 if none."""
    kept = _COMMAND.sub(lambda command: command[0].replace(" ", "_"), text)  # whole, so that it can be copied
    spaces = [space.start() for space in _SPACES.finditer(kept)]
    return max((place for place in spaces if cell_len(text[:place]) <= room), default=min(spaces, default=0))


def _line(row: Sequence[Text], widths: Sequence[int], indent: str) -> Text:
    line = Text(indent)
    for cell, width in zip(row, widths, strict=True):
        line.append_text(cell)
        line.append(" " * (width - cell.cell_len + 2))
    line.rstrip()
    return line
