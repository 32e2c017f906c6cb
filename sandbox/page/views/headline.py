"""The one line that tells somebody who listens instead of looking when something has happened."""

from collections.abc import Sequence
from dataclasses import dataclass

from sandbox.page.views.job import JobView
from sandbox.page.views.tokens import TokensView

_STEADY = "Provisioning is on"  # also while a cycle runs: those come every few seconds


@dataclass(frozen=True)
class Headline:
    """How it stands, and what is broken, "" if nothing is."""

    state: str
    broken: str


def headline(job: JobView, tokens: TokensView, problems: Sequence[str], *, turnover: int) -> Headline:
    """Return the line; it changes only when there is something to tell."""
    parts = [_STEADY if job.tone == "busy" else job.state]
    live = [bar for bar in tokens.bars if bar.live]
    if len(live) > 1:
        parts.append(f"{len(live)} tokens are live, {live[0].name} is the newest")
    elif live:
        parts.append(f"token {live[0].name} is live")
    if turnover:
        parts.append("people come and go")
    return Headline("; ".join(parts), "; ".join(problems))
