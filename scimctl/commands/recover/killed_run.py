"""What a killed run left of itself in a stack: its lock, the operations it had begun, and when it last gave a sign."""

import json
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

from providers.errors import StoppedError
from scimctl.engine import engine
from scimctl.engine.backend import Lock, checkpoint_of, locks_of, remove_torn_attributes

Json = dict[str, Any]


@dataclass(frozen=True)
class Operation:
    """An operation that was begun and whose end nobody wrote down: `verb` is creating, updating, deleting, reading."""

    verb: str
    urn: str
    kind: str


@dataclass(frozen=True)
class KilledRun:
    """What is there to be cleared: `exported` is the stack with its pending operations, secrets encrypted.

    `backend` is None for a backend that is not a folder: whether a lock is there is then not known.
    """

    stack: str
    backend: Path | None
    locks: tuple[Lock, ...]
    exported: str = field(repr=False)
    last_sign: float

    @property
    def pending(self) -> tuple[Operation, ...]:
        """List the operations whose end nobody wrote down."""
        deployment: Json = json.loads(self.exported).get("deployment") or {}
        listed = cast("list[Json]", deployment.get("pending_operations") or [])
        return tuple(
            Operation(str(each["type"]), str(each["resource"]["urn"]), str(each["resource"]["type"])) for each in listed
        )

    @property
    def left_something(self) -> bool:
        """Report whether there is, or may be, anything to clear."""
        return bool(self.locks or self.pending or self.backend is None)

    @property
    def made_a_token(self) -> bool:
        """Report whether GreenLake may have made the workspace's first token without anybody having its value."""
        return any(each.verb == "creating" and each.kind.endswith(":ScimProxyToken") for each in self.pending)


def left_by_killed_run(stack: str) -> KilledRun:
    """Look at what is there. Raises StoppedError if the run that holds the lock has not ended."""
    backend = engine.backend_folder()
    locks = locks_of(backend, stack) if backend else ()
    for lock in locks:
        if lock.owner_lives:
            raise StoppedError(
                f"nothing was cleared: a run of the stack {stack} is at work ({lock.owner}): wait for it, or end it "
                f"with `kill {lock.pid}`"
            )
    if backend:
        remove_torn_attributes(backend)
    return KilledRun(stack, backend, locks, engine.ask(["stack", "export"], stack), last_sign(backend, stack, locks))


def last_sign(backend: Path | None, stack: str, locks: tuple[Lock, ...]) -> float:
    """Return when the run last wrote anything, in seconds of the epoch; now, if the backend does not show that."""
    written = [checkpoint_of(backend, stack), *(lock.path for lock in locks)] if backend else []
    return max((path.stat().st_mtime for path in written if path.exists()), default=time.time())


def told(run: KilledRun) -> list[str]:
    """Describe what is there, a line each."""
    locks = [f"lock: {lock.owner}, since {lock.since:%Y-%m-%dT%H:%M:%S%z}; {lock.fate}" for lock in run.locks]
    unknown = [] if run.backend else ["lock: this backend does not show whether there is one"]
    return [*locks, *unknown, *(f"pending: {each.verb} {each.urn}" for each in run.pending)]
