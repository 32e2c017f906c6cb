"""A synchronization job with all that Entra's provisioning page shows; decisions need less (`providers.entra.job.job`).

Source: Graph, synchronizationStatus, synchronizationTaskExecution, synchronizationQuarantine.
"""

from datetime import datetime
from typing import Annotated, Any

from providers.entra.graph.models import Wire, read_as
from providers.entra.job.job import BEGUN, Failure, Schedule, quarantine_cause


class Cycle(Wire):
    """A provisioning cycle; `state` is Succeeded, Failed or EntryLevelErrors, `time_ended` None while it runs."""

    time_began: datetime | None = None
    time_ended: datetime | None = None
    state: str = ""
    count_entitled_for_provisioning: int = 0
    count_exported: int = 0
    count_escrowed: int = 0
    error: Failure | None = None

    @property
    def got_through(self) -> bool:
        """Tell whether the target took its token: one that is refused ends a cycle as failed, before anything else."""
        return self.state in ("Succeeded", "EntryLevelErrors") or self.count_exported > 0


class QuarantineReport(Wire):
    """A quarantine; `series_count` is how often it was imposed since `series_began`."""

    reason: str = ""
    series_began: datetime | None = None
    series_count: int = 0
    next_attempt: datetime | None = None
    error: Failure | None = None


class Entries(Wire):
    """How many objects of a type are in sync; `key` is such as "User to urn:ietf:...:User"."""

    key: str = ""
    value: int = 0


class StatusReport(Wire):
    """A job's status; `code` is NotConfigured, NotRun, Active, Paused or Quarantine."""

    code: str = ""
    last_execution: Annotated[Cycle | None, BEGUN] = None
    last_successful_execution: Annotated[Cycle | None, BEGUN] = None
    last_successful_execution_with_exports: Annotated[Cycle | None, BEGUN] = None
    quarantine: QuarantineReport | None = None
    steady_state_first_achieved_time: datetime | None = None
    synchronized_entry_count_by_type: tuple[Entries, ...] = ()


class JobReport(Wire):
    """A job as a whole."""

    schedule: Schedule
    status: StatusReport = StatusReport()

    @property
    def active(self) -> bool:
        """Tell whether provisioning is switched on."""
        return self.schedule.state == "Active"

    @property
    def quarantined(self) -> bool:
        """Tell whether the job is in quarantine; its schedule still says Active then."""
        return self.status.code == "Quarantine"

    @property
    def quarantine_cause(self) -> Failure | None:
        """Return why it is in quarantine, None outside of one."""
        if not self.quarantined:
            return None
        quarantine, last = self.status.quarantine or QuarantineReport(), self.status.last_execution
        return quarantine_cause(quarantine.reason, quarantine.error, last and last.error)

    def has_pushed_since(self, moment: datetime) -> bool:
        """Tell whether a cycle that began after a moment got through to the target, in whichever field that stands."""
        status = self.status
        well = [status.last_successful_execution, status.last_successful_execution_with_exports]
        if status.last_execution and status.last_execution.got_through:
            well.append(status.last_execution)
        return any(each.time_began > moment for each in well if each and each.time_began)

    @property
    def initial_cycle_done(self) -> bool:
        """Tell whether an initial cycle has ended: from then on only what changes is looked at."""
        return self.status.steady_state_first_achieved_time is not None


def read_report(body: dict[str, Any]) -> JobReport:
    """Read Graph's job with all that the page shows; raises as `read_job` does."""
    return read_as(JobReport, body, "read the synchronization job")
