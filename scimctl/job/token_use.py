"""When Entra may be made to use the token it holds, as Test Connection and provisioning on demand do.

The rules are those of `providers.entra.job.overlap` (docs/adr/0014): never while the token before the present one may
still be accepted, and only between two cycles, since a killed run may have saved a newer token than the state knows of.
"""

from contextlib import ExitStack
from datetime import datetime

from providers.entra.job import overlap
from providers.entra.job.connection_test import comes_within
from providers.entra.job.job import Job, read_job
from providers.errors import StoppedError
from providers.http.deadline import Deadline
from providers.scim.probing import Probe, probe_twice
from scimctl.stack.deployed import GoneError, job_of
from scimctl.stack.stack import Stack, read_tokens
from scimctl.terminal.console import working

_WAIT_SECONDS = 60.0  # long enough for an idle cycle, short enough for a person who waits


def wait_until_it_may_be(stack: Stack, done: str, seconds: float | None = None) -> None:
    """Return once Entra may be asked; `done` is what is not done, such as "not tested".

    Raises StoppedError while an overlap is, or may be, open, and if a cycle goes on for longer than that.
    """
    refuse_in_overlap(stack, done)
    with ExitStack() as waiting:
        shown = working("waiting for the provisioning cycle that may be running")
        until = Deadline().within(_WAIT_SECONDS if seconds is None else seconds)
        if not comes_within(lambda: _look(stack, done), overlap.is_quiet, until, lambda: waiting.enter_context(shown)):
            raise StoppedError(
                f"{done}: a provisioning cycle is running, or about to: run again when it has ended, which "
                "`scimctl status --watch` shows"
            )


def refuse_in_overlap(stack: Stack, done: str) -> None:
    """Raise StoppedError while the token before the present one is, or may be, still accepted (docs/adr/0014)."""
    tested = stack.status["tested_fingerprint"] == stack.token["fingerprint"]
    if tested and stack.status["overlap"] == "closed":
        return
    if stack.token["adopted"] and not tested:
        raise StoppedError(f"{done}: the token was taken over and Entra may not have it yet: run `pulumi up`")
    previous = read_tokens(stack.name).previous
    if not previous:
        return
    with working("asking GreenLake whether an overlap is open"):
        answer = probe_twice(stack.token["tenant_url"], previous, Deadline())
    if overlap.is_open(answer):
        why = "is still accepted" if answer is Probe.ACCEPTED else "could not be probed"
        raise StoppedError(
            f"overlap open, {done}: the token before the present one {why}, and only `up` may make Entra use the new "
            "one: run `pulumi up`, or wait for Entra's next cycle"
        )


def _look(stack: Stack, done: str) -> tuple[Job, datetime]:
    try:
        body, at = job_of(stack)
    except GoneError as error:
        raise GoneError(f"{done}: {error}") from None
    return read_job(body), at
