"""The lock of an engine that was ended before it began anything: while it previewed, or at its question."""

from pathlib import Path

from scimctl.stack.backend import Lock, checkpoint_of, locks_of


def release_idle_locks(backend: Path, stack: str) -> list[int]:
    """Remove the locks of engines of this host that have ended and began no operation; return their process ids.

    An engine writes the state before each operation, so one whose lock is younger than the state began none.
    """
    try:
        written = checkpoint_of(backend, stack).stat().st_mtime_ns
        idle = [each for each in locks_of(backend, stack) if _is_idle(each, written)]
    except OSError:  # there is no state, or a lock is just being taken away
        return []
    for each in idle:
        each.path.unlink(missing_ok=True)
    return [each.pid for each in idle]


def _is_idle(lock: Lock, written: int) -> bool:
    return bool(lock.pid) and lock.is_of_this_host and not lock.owner_lives and lock.path.stat().st_mtime_ns > written
