"""Every decision about an open overlap on Entra's side, as a pure function of values (docs/adr/0003).

While the token before the present one is accepted, nobody but `up` may make Entra present the new one, and `up` only
between two provisioning cycles: its first use may end the token that a running cycle began with.
"""

from datetime import datetime

from providers.entra.job import Job, may_test
from providers.scim import Probe


def is_open(previous: Probe | None) -> bool:
    """Tell whether the previous token is, or may be, still accepted; None where there is none."""
    return previous in (Probe.ACCEPTED, Probe.UNKNOWN)


def must_wait(job: Job, *, overlap_open: bool, first_time: bool, saved_at: datetime, now: datetime) -> bool:
    """Rule 3: a test has to wait while a cycle that began with the old token may be running.

    At the first run for a job that is on already, somebody else's token may be in use in the same way.
    """
    return (overlap_open or (first_time and job.active)) and not may_test(job, saved_at, now)


def is_proven(*, refused: bool, overlap_open: bool) -> bool:
    """Say what follows from a test: Entra holds the new token only if it is accepted and the old one has ended.

    Otherwise the credentials are saved again; a service that ends old tokens by a delay costs one save more.
    """
    return not refused and not overlap_open


def may_ask(*, settled: bool, previous: Probe | None) -> bool:
    """Rule 2: a read may make Entra present its token only if no overlap is known to be open.

    `settled`: the present token was tested and the one before it has ended, as far as this resource knows.
    """
    return settled or not is_open(previous)


def is_quiet(job: Job, now: datetime) -> bool:
    """Tell whether no provisioning cycle can be running: the only moment at which a read asks Entra anything.

    A killed run may have saved a newer token than this resource knows of, so what it knows is not enough.
    """
    return may_test(job, now, now)
