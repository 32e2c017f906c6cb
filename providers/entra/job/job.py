"""What a synchronization job's own words mean: is it running, is it failing, and may its credentials be tested now.

Source: Graph, synchronizationJob and synchronizationStatus. Pure; times are Graph's own, `now` its Date header.
"""

import re
from datetime import datetime, timedelta
from typing import Annotated, Any, cast

from pydantic import Field, model_validator

from providers.entra.graph.fields import BEGUN, Interval, Wire, read_as
from providers.http.error_body import read_error

# A cycle may begin a little early by our clock; a quarter of a short interval is enough.
_MARGIN = timedelta(seconds=30)
SETTLE = timedelta(seconds=20)  # azuread trusts a write after five reads, 5 s apart: Graph is eventually consistent
_GENERAL = ("EncounteredQuarantineException", "Unknown", "None")  # reasons of a quarantine that name no cause
_NO_CODE = re.compile("none|unknown(error)?", re.IGNORECASE)
_CODE_IN_WORDS = re.compile(r"\b(?:[A-Z][a-z]+){3,}\b")


class Schedule(Wire, frozen=True):
    """When the job runs: `state` is Active, Disabled or Paused."""

    state: str
    interval: Interval = timedelta(minutes=40)


class Failure(Wire, frozen=True):
    """Why a cycle failed, or a job is in quarantine: the cause's code and words, fit to be shown, "" without any.

    `refused_with` is the status that GreenLake answered, as far as the words have it.
    """

    code: str = ""
    message: str = ""
    refused_with: int | None = None

    @model_validator(mode="before")
    @classmethod
    def _read(cls, value: object) -> object:
        """Read it to its cause, which may be an error in the message, or a code in it, or only words."""
        if not isinstance(value, dict | str):
            return value
        fields = {"message": value} if isinstance(value, str) else cast("dict[str, object]", value)
        said = read_error({**fields, "code": fields.get("code") or "Unknown"})
        in_words = _CODE_IN_WORDS.search(said.text)
        code = "" if _NO_CODE.fullmatch(said.code) else said.code
        code = code or (in_words[0] if in_words else "")
        return {"code": code, "message": said.text, "refusedWith": said.refused_with}


class Execution(Wire, frozen=True):
    """One provisioning cycle; `time_ended` is None while it runs."""

    time_began: datetime | None = None
    time_ended: datetime | None = None
    state: str = ""
    error: Failure | None = None


class Quarantine(Wire, frozen=True):
    """A quarantine; `series_began` names the series that it belongs to."""

    reason: str = ""
    series_began: str = ""
    next_attempt: datetime | None = None
    error: Failure | None = None


class Status(Wire, frozen=True):
    """How the job is: `code` is NotConfigured, NotRun, Active, Paused or Quarantine."""

    code: str = ""
    last_execution: Annotated[Execution | None, BEGUN] = None
    quarantine: Quarantine | None = None


class Job(Wire, frozen=True):
    """A synchronization job, as far as decisions need it."""

    id: str
    schedule: Schedule
    status: Status = Status()

    @property
    def active(self) -> bool:
        """Return whether provisioning is switched on."""
        return self.schedule.state == "Active"

    @property
    def has_run(self) -> bool:
        """Return whether a provisioning cycle has begun at any time."""
        return self.status.last_execution is not None

    @property
    def quarantined(self) -> bool:
        """Return whether the job is in quarantine; its schedule is still Active then."""
        return self.status.code == "Quarantine"

    @property
    def settle_time(self) -> timedelta:
        """Return how long a write may take to be read (assumed), but no longer than the margin before a cycle."""
        return min(SETTLE, self.schedule.interval / 4)

    @property
    def next_attempt(self) -> datetime | None:
        """Return when a quarantined job is tried again, None outside of a quarantine or if Graph does not report it."""
        return self.status.quarantine.next_attempt if self.quarantined and self.status.quarantine else None

    @property
    def quarantine_series(self) -> str:
        """Return what names the present series of quarantines, "" outside of one."""
        if not self.quarantined:
            return ""
        return (self.status.quarantine and self.status.quarantine.series_began) or "unknown"

    @property
    def quarantine_cause(self) -> Failure | None:
        """Return why it is in quarantine, None outside of one."""
        if not self.quarantined:
            return None
        quarantine, last = self.status.quarantine or Quarantine(), self.status.last_execution
        return _cause(quarantine.reason, quarantine.error, last and last.error)

    @property
    def quarantine_reason(self) -> str:
        """Return why it is in quarantine in the service's own code, "" outside of one."""
        return self.quarantine_cause.code if self.quarantine_cause else ""


class Cycle(Execution, frozen=True):
    """A provisioning cycle with what the page shows; `state` is Succeeded, Failed or EntryLevelErrors."""

    count_entitled_for_provisioning: int = 0
    count_exported: int = 0
    count_escrowed: int = 0

    @property
    def got_through(self) -> bool:
        """Return whether the target accepted its token: a refused token ends a cycle as failed, before all else."""
        return self.state in ("Succeeded", "EntryLevelErrors") or self.count_exported > 0


class QuarantineReport(Quarantine, frozen=True):
    """A quarantine that was imposed `series_count` times since `began`."""

    began: Annotated[datetime | None, Field(alias="seriesBegan")] = None
    series_count: int = 0


class EntryCount(Wire, frozen=True):
    """How many objects of a type are in sync; `key` is such as "User to urn:ietf:...:User"."""

    key: str = ""
    value: int = 0


class StatusReport(Status, frozen=True):
    """A job's status with what the page shows."""

    last_execution: Annotated[Cycle | None, BEGUN] = None
    last_successful_execution: Annotated[Cycle | None, BEGUN] = None
    last_successful_execution_with_exports: Annotated[Cycle | None, BEGUN] = None
    quarantine: QuarantineReport | None = None
    count_successive_complete_failures: int = 0
    escrows_pruned: bool = False
    steady_state_first_achieved_time: datetime | None = None
    synchronized_entry_count_by_type: tuple[EntryCount, ...] = ()


class JobReport(Job, frozen=True):
    """A job with all that Entra's provisioning page shows: more that has to be as documented than decisions need."""

    status: StatusReport = StatusReport()

    def has_pushed_since(self, moment: datetime) -> bool:
        """Return whether a cycle that began after a moment reached the target, by any of the fields that show it."""
        status = self.status
        well = [status.last_successful_execution, status.last_successful_execution_with_exports]
        if status.last_execution and status.last_execution.got_through:
            well.append(status.last_execution)
        return any(each.time_began > moment for each in well if each and each.time_began)

    @property
    def initial_cycle_done(self) -> bool:
        """Return whether an initial cycle has ended: from then on only what changes is looked at."""
        return self.status.steady_state_first_achieved_time is not None


def _cause(reason: str, of_quarantine: Failure | None, of_cycle: Failure | None) -> Failure:
    """Return why a job is in quarantine, from any place that has it; never without a code.

    The error of the quarantine comes first. A reason that names only an exception comes after the error of the cycle
    that led to it; a reason that names a threshold comes before it.
    """
    of_cycle = of_cycle if (reason or "Unknown") in _GENERAL else None
    errors = [each for each in (of_quarantine, of_cycle) if each]
    code = next((each.code for each in errors if each.code), reason or "no reason given")
    telling = next((each for each in errors if each.message), Failure())
    return telling.model_copy(update={"code": code})


def read_job(body: dict[str, Any]) -> Job:
    """Read Graph's job. Raises UnexpectedAnswerError, which names the fields that are wrong and no value."""
    return read_as(Job, body, "read the synchronization job")


def read_report(body: dict[str, Any]) -> JobReport:
    """Read Graph's job with all that the page shows; raises as `read_job` does."""
    return read_as(JobReport, body, "read the synchronization job")


def may_test(job: Job, saved_at: datetime, now: datetime) -> bool:
    """Rule 3: the new token may be used once no cycle that began with the old one can still be running.

    `saved_at` is when every reader had the new credentials at the latest, by Graph's clock. True if nothing runs on a
    schedule, or the last cycle began after that time, or it has ended and the next one cannot have begun. In
    quarantine that is the next attempt, which pushes if Entra was given a good token meanwhile.
    """
    last = job.status.last_execution
    began = last.time_began if last else None
    if last and began and began > saved_at:
        return True
    if last and began and last.time_ended is None:
        return False  # it runs until it ends, also if provisioning was stopped meanwhile
    if not job.active:
        return True
    margin = min(_MARGIN, job.schedule.interval / 4)
    if job.quarantined:
        return job.next_attempt is None or now + margin < job.next_attempt
    # Switched on and no cycle known: the first one may be running right now.
    return began is not None and now + margin < began + job.schedule.interval
