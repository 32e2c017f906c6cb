"""The one line that tells somebody who listens instead of looking when something has happened."""

from sandbox.page.views.job import JobView
from sandbox.page.views.mappings import MappingsView
from sandbox.page.views.tokens import TokensView

_STEADY = "Provisioning is on"  # also while a cycle runs: those come every few seconds


def headline(job: JobView, tokens: TokensView, mappings: MappingsView, *, slow: bool) -> str:
    """Return the line; it changes only when there is something to tell."""
    parts = [_STEADY if job.tone == "busy" else job.state]
    live = [bar for bar in tokens.bars if bar.live]
    if len(live) > 1:
        parts.append(f"two tokens overlap, generation {live[-1].generation} is the newest")
    elif live:
        parts.append(f"token generation {live[-1].generation} is live")
    elif tokens.bars:
        parts.append("no token is live")
    if mappings.drifted:
        parts.append(f"mappings have drifted in {mappings.drifted} place" + ("" if mappings.drifted == 1 else "s"))
    if slow:
        parts.append("GreenLake is slow")
    return "; ".join(parts) + "."
