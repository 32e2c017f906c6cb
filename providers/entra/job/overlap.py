"""Every decision about an open overlap on Entra's side, as a pure function of values (docs/adr/0014).

While a token before the present one may be in use, only `up` may make Entra present the new one, and only between two
provisioning cycles: its first use may end the token that a running cycle began with. `at` is Graph's Date header.
"""

from datetime import datetime, timedelta

from providers.entra.job.job import Job, may_test
from providers.scim.probing import Probe

_DATE_STEP = timedelta(seconds=1)  # an HTTP date is cut to seconds: the moment may be this much later


def is_open(previous: Probe | None) -> bool:
    """Return whether the previous token is, or may be, still accepted; None if there is none."""
    return previous in (Probe.ACCEPTED, Probe.UNKNOWN)


def protects(*, tested: bool, previous: Probe | None, adopted: bool, found_running: bool) -> bool:
    """Return whether another token may be in use, so that the new one must not be used yet.

    `tested`: Entra has used the present token, recorded by its fingerprint; then nothing is left to protect.
    `adopted`: the token before is unknown and may work. `found_running`: the job was on before this resource existed.
    """
    return not tested and (is_open(previous) or adopted or found_running)


def is_in_use(job: Job, *, saved_at: datetime | None) -> bool:
    """Return whether Entra uses the present token and no other: a cycle began after every reader had its save."""
    last = job.status.last_execution
    began = last.time_began if last else None
    return saved_at is not None and began is not None and began > _settled_at(job, saved_at)


def must_wait(
    job: Job, *, protected: bool, old_accepted: bool, settled: bool, saved_at: datetime, at: datetime
) -> bool:
    """Rule 3: a test waits until every reader has the save and no cycle that began with the old token can be running.

    `settled`: the settle time has passed since this run's save; `saved_at` is when the present token was first saved.
    `old_accepted`: what Entra held before is accepted as well, so a test before the settle time proves nothing.
    Otherwise pushes are failing and every second counts, so the test comes at once.
    """
    if protected:
        return not settled or not may_test(job, _settled_at(job, saved_at), at + _DATE_STEP)
    return old_accepted and not settled


def proves(job: Job, *, saved_at: datetime | None, at: datetime) -> bool:
    """Return whether an accepted test proves that Entra holds the present token: not before the save has settled."""
    return saved_at is not None and at >= _settled_at(job, saved_at)


def is_quiet(job: Job, at: datetime) -> bool:
    """Return whether no cycle can be running, whatever token a killed run has saved: then a read may test."""
    latest = at + _DATE_STEP
    return may_test(job, latest, latest)


def _settled_at(job: Job, saved_at: datetime) -> datetime:
    """Return when every reader has a save, at the latest and by Graph's clock."""
    return saved_at + _DATE_STEP + job.settle_time
