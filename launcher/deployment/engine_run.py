"""Run the engine on the user's terminal, and print afterwards what to do about its errors."""

import os
from collections.abc import Sequence
from pathlib import Path

from launcher.deployment.environment import BY_RUN, STACK
from launcher.deployment.preparation import Prepared
from launcher.deployment.stack import BACKEND, is_locked
from launcher.locks import locked
from launcher.paths import STATE
from launcher.processes import answer
from launcher.progress import say
from scimctl.engine.backend import Lock, checkpoint_of, locks_of
from scimctl.engine.in_front import in_front

_EVENT_LOG = {"PULUMI_DEBUG_COMMANDS": "true"}  # without it the engine does not know --event-log
_WRITING = ("up", "update", "refresh", "destroy")
_OPERATIONS = (*_WRITING, "preview")  # what calls the plugins, and can write its events


def run_engine(prepared: Prepared, arguments: Sequence[str]) -> int:
    """Return the engine's exit code. Its events go to a file for the time of the run; secrets are masked in them.

    One run writes to the stack at a time; the engine's own lock would make the second one fail.
    """
    if arguments[:1] and arguments[0] in _WRITING:
        with locked(STATE / "engine.lock", to="finish with the stack"):
            return _run(prepared, arguments)
    return _run(prepared, arguments)


def _run(prepared: Prepared, arguments: Sequence[str]) -> int:
    """Run it until it ends, even if nobody reads its output any more."""
    events = STATE / f"events-{os.getpid()}.json"
    logged = ["--event-log", str(events)] if arguments[:1] and arguments[0] in _OPERATIONS else []
    command = [prepared.toolchain.pulumi, *arguments[:1], *logged, *arguments[1:]]
    _release_idle_locks()
    try:
        code = in_front(command, {**prepared.environment, **_EVENT_LOG, **BY_RUN}, unbroken=bool(logged))
        _release_idle_locks()
        if code and events.exists():
            _explain(prepared.toolchain.python, events)
        if code and is_locked():
            _name_lock(prepared)
        elif code and logged and not events.exists():
            _name_what_is_encrypted(prepared)
        return code
    finally:
        events.unlink(missing_ok=True)


def _release_idle_locks() -> None:
    for pid in release_idle_locks(BACKEND, STACK):
        say(f"the lock of process {pid} is removed: that run ended before it changed anything")


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


def _name_lock(prepared: Prepared) -> None:
    """Print whose the lock is, and what removes it unless its run is at work."""
    look = [prepared.toolchain.python, "-m", "scimctl", "recover", "--dry-run"]
    if in_front(look, {**prepared.environment, **BY_RUN}) == 0:
        say("run: the stack is locked by a run that was killed: `./run recover` clears that")


def _name_what_is_encrypted(prepared: Prepared) -> None:
    """Print what to do if the engine could not begin because it cannot decrypt something."""
    look = [prepared.toolchain.python, "-m", "scimctl.engine.decryption"]
    for reason in answer(look, {**prepared.environment, **BY_RUN}).stdout.splitlines():
        say(f"run: {reason}")


def _explain(python: str, events: Path) -> None:
    with events.open() as lines:
        done = answer([python, "-m", "providers.entra.azuread_errors"], {**os.environ, **BY_RUN}, stdin=lines)
    for action in done.stdout.splitlines():
        say(f"azuread: {action}")
