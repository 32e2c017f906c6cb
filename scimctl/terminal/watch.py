"""Look again and again: a screen that is redrawn on a terminal, blocks one after another in a pipe."""

import itertools
import sys
import time
from argparse import ArgumentTypeError
from collections.abc import Callable, Iterable, Iterator
from typing import NoReturn

from rich.console import Group
from rich.live import Live
from rich.text import Text

from providers.errors import ProvisioningError
from providers.timestamps import now, to_text
from scimctl.terminal.console import as_read, console, say, show, warning, working
from scimctl.terminal.report import Report


def watched(look: Callable[[], Report], every: int, *, as_json: bool) -> NoReturn:
    """Show what every look finds until somebody interrupts it, which raises KeyboardInterrupt."""
    found = looks(look, every, itertools.repeat(None))
    if console().is_terminal and not as_json:
        redraw(found, every)
    else:
        print_blocks(found, as_json=as_json)
    raise KeyboardInterrupt


def looks(look: Callable[[], Report], every: int, turns: Iterable[None]) -> Iterator[Report | ProvisioningError]:
    """Yield what each look finds, or why it failed; the first one has to succeed."""
    with working("looking at the stack and at Entra"):
        found: Report | ProvisioningError = look()
    yield found
    for _ in turns:
        time.sleep(every)
        try:
            found = look()
        except ProvisioningError as error:
            found = error
        yield found


def redraw(found: Iterator[Report | ProvisioningError], every: int) -> None:
    """Redraw one screen a turn; the last one stays there."""
    with Live(_screen(next(found), every), console=console(), auto_refresh=False) as live:
        for each in found:
            live.update(_screen(each, every), refresh=True)


def print_blocks(found: Iterable[Report | ProvisioningError], *, as_json: bool) -> None:
    """Print one block a turn, with the time above it, or one JSON object a turn."""
    for number, each in enumerate(found):
        if isinstance(each, ProvisioningError):
            say(f"scimctl: could not look, trying again: {each}")
            continue
        if not as_json:
            console().print(f"\n{to_text(now())}" if number else to_text(now()))
        show(each, as_json=as_json)
        sys.stdout.flush()


def seconds(text: str) -> int:
    """Read how often to look."""
    if not text.isascii() or not text.isdigit() or int(text) < 1:
        raise ArgumentTypeError(f"{text!r} is not a number of seconds: write one from 1, such as 5")
    return int(text)


def _screen(found: Report | ProvisioningError, every: int) -> Group:
    if isinstance(found, ProvisioningError):
        return Group(warning(f"{to_text(now())}: could not look, trying again: {found}"))
    above = Text(f"{to_text(now())}, every {every} s, Ctrl-C ends", style="dim")
    return Group(above, *(as_read(line) for line in found.lines))
