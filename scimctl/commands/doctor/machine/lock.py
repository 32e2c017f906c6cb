"""Judge what a run left beside or in the state, or has there while it is at work: `up` stops at a lock. Pure."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from providers.timestamps import in_words
from scimctl.commands.doctor.check import Check, ok, problem, unknown, warning
from scimctl.commands.recover.backend import Lock

_A_RUN = timedelta(hours=1)  # no run takes that long
_WAIT = "wait until that run has ended"
_TODO = f"{_WAIT}; if it was killed, run `scimctl recover`"


def of_pending(operations: Sequence[Mapping[str, Any]]) -> Check:
    """Judge operations that a run began, as state lists them."""
    told = ", ".join(f"{each['type']} {str(each['resource']['urn']).rpartition('::')[2]}" for each in operations)
    return problem("lock", f"a run was cut off, or is at work: {told}", _TODO)


def of_locks(locks: Sequence[Lock] | None, now: datetime) -> Check:
    """Judge the locks, None if the backend shows none; a run that is at work has one too."""
    if locks is None:
        return unknown("lock", "the backend does not show whether a run holds a lock; `pulumi up` reports it")
    if not locks:
        return ok("lock", "no run holds a lock")
    oldest = min(locks, key=lambda lock: lock.since)
    left = not oldest.owner_lives and (oldest.is_of_this_host or now - oldest.since > _A_RUN)
    fate = "it is at work" if oldest.owner_lives else oldest.fate
    says = f"a run has locked the stack {in_words(now - oldest.since)} ago: {oldest.owner}; {fate}"
    if not left:
        return warning("lock", says, _WAIT if oldest.owner_lives else _TODO)
    return problem("lock", says, "run `scimctl recover`" if oldest.is_of_this_host else _TODO)
