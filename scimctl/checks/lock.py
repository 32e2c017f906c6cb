"""Judge the locks that the engine keeps beside the state in a file backend: `up` stops at one, whoever left it."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from providers.moments import in_words
from scimctl.checks.check import Check, ok, problem, unknown, warning

_A_RUN = timedelta(hours=1)  # no run takes that long
_TODO = "wait until that run has ended; if it was killed, run `scimctl recover`"
_PROJECT = "greenlake-scim"


def locks_of(backend: str, stack: str) -> Sequence[dict[str, Any]] | None:
    """Read the locks of a stack; None if the backend is no folder of this machine."""
    parts = urlsplit(backend)
    if parts.scheme != "file":
        return None
    folder = Path(unquote(parts.path)) / ".pulumi" / "locks" / "organization" / _PROJECT / stack.rpartition("/")[2]
    return [json.loads(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.json"))]


def of_pending(operations: Sequence[Mapping[str, Any]]) -> Check:
    """Judge operations that a run began, as state lists them."""
    told = ", ".join(f"{each['type']} {str(each['resource']['urn']).rpartition('::')[2]}" for each in operations)
    return problem("lock", f"a run was cut off, or is at work: {told}", _TODO)


def of_locks(locks: Sequence[dict[str, Any]] | None, now: datetime) -> Check:
    """Judge the locks: a run that is at work has one too."""
    if locks is None:
        return unknown("lock", "the backend does not show whether a run holds a lock; `pulumi up` says so")
    if not locks:
        return ok("lock", "no run holds a lock")
    oldest = min(locks, key=lambda lock: str(lock["timestamp"]))
    began = datetime.fromisoformat(f"{str(oldest['timestamp'])[:19]}+00:00")
    who = f"process {oldest['pid']} of {oldest['username']} on {oldest['hostname']}"
    says = f"a run has locked the stack {in_words(now - began)} ago: {who}"
    return problem("lock", says, _TODO) if now - began > _A_RUN else warning("lock", says, _TODO)
