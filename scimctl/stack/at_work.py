"""Whether a run of the engine is deploying a stack at this moment."""

from contextlib import suppress

from providers.errors import ProvisioningError
from scimctl.engine import engine
from scimctl.engine.backend import locks_of


def at_work(stack: str) -> str:
    """Return that a run holds the lock of a stack, as far as the backend shows it: then the stack is being deployed."""
    with suppress(ProvisioningError):
        folder = engine.backend_folder()
        for lock in locks_of(folder, stack) if folder else ():
            if lock.owner_lives:
                return f"a run of the stack {stack} is at work ({lock.owner}): look again when it has ended"
            if not lock.is_of_this_host:
                return (
                    f"the stack {stack} is not deployed completely, and {lock.owner} holds its lock: look again when "
                    "that run has ended; if it was killed, run `scimctl recover`"
                )
    return ""
