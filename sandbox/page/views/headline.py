"""The one line for a screen reader: it announces that something has happened, and what is broken now.

A job that is stopped or in quarantine must not hide the rest.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sandbox.page.reading import Reading
from sandbox.page.views.directories import DirectoriesView
from sandbox.page.views.job import JobView, is_pushing
from sandbox.page.views.mappings import MappingsView
from sandbox.page.views.tokens import TokensView
from sandbox.page.words import counted

_STEADY = "Provisioning is on"  # also while a cycle runs: those come every few seconds


@dataclass(frozen=True)
class Headline:
    """How it stands, and what is broken, "" if nothing is."""

    state: str
    broken: str


def headline(job: JobView, tokens: TokensView, problems: Sequence[str], *, turnover: int) -> Headline:
    """Return the line; it changes only when there is something to announce."""
    parts = [_STEADY if job.tone == "busy" else job.state]
    live = [bar for bar in tokens.bars if bar.live]
    if len(live) > 1:
        parts.append(f"{len(live)} tokens are live, {live[0].name} is the newest")
    elif live:
        parts.append(f"token {live[0].name} is live")
    if turnover:
        parts.append("people come and go")
    return Headline("; ".join(parts), "; ".join(problems))


def problems(
    reading: Reading, tokens: TokensView, mappings: MappingsView, directories: DirectoriesView
) -> tuple[str, ...]:
    """Return a phrase for everything that is broken, apart from the state of the job; the worst first."""
    found = _of_tokens(reading, tokens) if reading.job else []
    if mappings.drifted:
        found.append(f"mappings have drifted in {counted(mappings.drifted, 'place')}")
    if directories.leaving and not is_pushing(reading):
        found.append(f"GreenLake still has {counted(directories.leaving, 'object')} out of scope")
    if reading.slow:
        found.append("GreenLake is slow")
    return tuple(found)


def _of_tokens(reading: Reading, tokens: TokensView) -> list[str]:
    """Compare what Entra holds with what GreenLake accepts."""
    found: list[str] = []
    live = {bar.name for bar in tokens.bars if bar.live}
    if tokens.bars and not live:
        found.append("no token is live")
    if reading.held and reading.held not in {bar.name for bar in tokens.bars}:
        found.append("Entra holds a token that GreenLake never issued")
    elif reading.held and live and reading.held not in live:
        found.append("Entra holds a token that is not live any more")
    return found
