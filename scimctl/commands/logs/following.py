"""Look at the provisioning logs again and again, and hand every entry on once."""

import time
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from itertools import repeat

from rich.text import Text

from providers.errors import ProvisioningError
from providers.timestamps import from_text
from scimctl.commands.logs.log_entries import LogEntry
from scimctl.terminal.console import say

Look = Callable[[datetime], tuple[Sequence[LogEntry], Sequence[Text]]]
"""Returns the entries since a moment, oldest first, and notes about the job."""

_SECONDS = 5.0
_LATE = timedelta(minutes=15)  # Graph shows entries some minutes after a cycle, and not in their order


def followed(
    look: Look,
    since: datetime,
    tell: Callable[[Sequence[LogEntry], Sequence[Text]], None],
    *,
    turns: Iterable[None] = repeat(None),
    seconds: float = _SECONDS,
) -> None:
    """Print the present entries, then the new ones of each turn; a note is printed again only after it changed."""
    found, notes = look(since)
    tell(found, notes)
    for _ in turns:
        time.sleep(seconds)
        since = max([since, *(from_text(each.at) - _LATE for each in found)])
        try:
            now_found, now_notes = look(since)
        except ProvisioningError as error:
            say(f"scimctl: could not look, trying again: {error}")
            continue
        seen = set(found)
        tell([each for each in now_found if each not in seen], now_notes if now_notes != notes else ())
        found, notes = now_found, now_notes
