"""What a synchronization job's own words mean: is it running, is it ill, and may its credentials be tested now.

Source: Graph, synchronizationJob and synchronizationStatus. Pure; moments are Graph's own, `now` its Date header.
"""

from datetime import datetime, timedelta
from typing import Annotated, Any

from pydantic import BeforeValidator

from providers.entra.wire import Wire, read_as

_MARGIN = timedelta(
    seconds=30
)  # a cycle may begin a little early by our clock; a quarter of a short interval is enough
SETTLE = timedelta(seconds=20)  # azuread trusts a write after five reads, 5 s apart: Graph is eventually consistent
_LONGEST = timedelta(days=3650)


def _interval(value: object) -> object:
    """Read an unset interval, which Graph writes as the longest TimeSpan there is, as ten years."""
    return _LONGEST if isinstance(value, str) and value.startswith("P10675199D") else value


class Schedule(Wire):
    """When the job runs: `state` is Active, Disabled or Paused."""

    state: str
    interval: Annotated[timedelta, BeforeValidator(_interval)] = timedelta(minutes=40)


class Execution(Wire):
    """One provisioning cycle; `time_ended` is None while it runs."""

    time_began: datetime | None = None
    time_ended: datetime | None = None
    state: str | None = None


class Failure(Wire):
    """Why a job is in quarantine, in the service's own code."""

    code: str | None = None


class Quarantine(Wire):
    """A quarantine; `series_began` names the series that it belongs to."""

    reason: str | None = None
    series_began: str | None = None
    next_attempt: datetime | None = None
    error: Failure | None = None


class Status(Wire):
    """How the job is: `code` is NotConfigured, NotRun, Active, Paused or Quarantine."""

    code: str = ""
    last_execution: Execution | None = None
    quarantine: Quarantine | None = None


class Job(Wire):
    """A synchronization job, as far as decisions need it."""

    id: str
    schedule: Schedule
    status: Status = Status()

    @property
    def active(self) -> bool:
        """Tell whether provisioning is switched on."""
        return self.schedule.state == "Active"

    @property
    def has_run(self) -> bool:
        """Return whether a provisioning cycle has begun at any time."""
        return self.status.last_execution is not None

    @property
    def quarantined(self) -> bool:
        """Tell whether the job is in quarantine; its schedule still says Active then."""
        return self.status.code == "Quarantine"

    @property
    def next_attempt(self) -> datetime | None:
        """Return when a quarantined job is tried again, None outside of a quarantine or where Graph does not tell."""
        return self.status.quarantine.next_attempt if self.quarantined and self.status.quarantine else None

    @property
    def quarantine_series(self) -> str:
        """Return what names the present series of quarantines, "" outside of one."""
        if not self.quarantined:
            return ""
        return (self.status.quarantine and self.status.quarantine.series_began) or "unknown"

    @property
    def quarantine_reason(self) -> str:
        """Return why it is in quarantine in the service's own code, "" outside of one."""
        if not self.quarantined:
            return ""
        quarantine = self.status.quarantine or Quarantine()
        return (quarantine.error and quarantine.error.code) or quarantine.reason or "no reason given"


def read_job(body: dict[str, Any]) -> Job:
    """Read Graph's job. Raises UnexpectedAnswerError, which names the fields that are wrong and no value."""
    return read_as(Job, body, "read the synchronization job")


def settle(job: Job) -> timedelta:
    """Return how long a write may take until every read of Graph and of the provisioning engine has it (assumed).

    A quarter of a short interval is enough: it is never longer than the margin before the next cycle.
    """
    return min(SETTLE, job.schedule.interval / 4)


def may_test(job: Job, saved_at: datetime, now: datetime) -> bool:
    """Rule 3: the new token may be used once no cycle that began with the old one can still be running.

    `saved_at` is when Entra had the new credentials at the latest, by Graph's clock. True where nothing runs on a
    schedule, or the last cycle began after that moment, or it has ended and the next one cannot have begun. In
    quarantine that is the next attempt, which pushes where Entra was given a good token meanwhile.
    """
    last = job.status.last_execution
    began = last.time_began if last else None
    if last and began and began > saved_at:
        return True
    if last and began and last.time_ended is None:
        return False  # it goes on to its end, also where provisioning was stopped meanwhile
    if not job.active:
        return True
    margin = min(_MARGIN, job.schedule.interval / 4)
    if job.quarantined:
        return job.next_attempt is None or now + margin < job.next_attempt
    # Switched on and no cycle known: the first one may be running right now.
    return began is not None and now + margin < began + job.schedule.interval
