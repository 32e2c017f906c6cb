"""Look again and again: a screen that is redrawn on a terminal, blocks one after another in a pipe."""

import itertools
import sys
import time
from argparse import ArgumentTypeError
from collections.abc import Callable, Iterable
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
    if console().is_terminal and not as_json:
        redrawn(look, every, itertools.repeat(None))
    else:
        printed(look, every, itertools.repeat(None), as_json=as_json)
    raise KeyboardInterrupt


def redrawn(look: Callable[[], Report], every: int, turns: Iterable[None]) -> None:
    """Redraw one screen a turn; the last one stays there."""
    with Live(_screen(_first(look), every), console=console(), auto_refresh=False) as live:
        for _ in turns:
            time.sleep(every)
            try:
                live.update(_screen(look(), every), refresh=True)
            except ProvisioningError as error:
                live.update(Group(warning(f"{to_text(now())}: could not look, trying again: {error}")), refresh=True)


def printed(look: Callable[[], Report], every: int, turns: Iterable[None], *, as_json: bool) -> None:
    """Print one block a turn, with the time above it, or one JSON object a turn."""
    _block(_first(look), as_json=as_json)
    for _ in turns:
        time.sleep(every)
        try:
            report = look()
        except ProvisioningError as error:
            say(f"scimctl: could not look, trying again: {error}")
            continue
        if not as_json:
            console().print()
        _block(report, as_json=as_json)


def _first(look: Callable[[], Report]) -> Report:
    """Look for the first time; an error ends it all."""
    with working("looking at the stack and at Entra"):
        return look()


def _block(report: Report, *, as_json: bool) -> None:
    if not as_json:
        console().print(to_text(now()))
    show(report, as_json=as_json)
    sys.stdout.flush()


def seconds(text: str) -> int:
    """Read how often to look."""
    if not text.isascii() or not text.isdigit() or int(text) < 1:
        raise ArgumentTypeError(f"{text!r} is not a number of seconds: write one from 1, such as 5")
    return int(text)


def _screen(report: Report, every: int) -> Group:
    above = Text(f"{to_text(now())}, every {every} s, Ctrl-C ends", style="dim")
    return Group(above, *(as_read(line) for line in report.lines))
