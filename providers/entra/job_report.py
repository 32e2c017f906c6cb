"""A synchronization job with all that Entra's provisioning page shows; decisions need less (`providers.entra.job`).

Source: Graph, synchronizationStatus, synchronizationTaskExecution, synchronizationQuarantine.
"""

from datetime import datetime
from typing import Any

from providers.entra.job import Failure, Schedule
from providers.entra.wire import Wire, read_as


class Cycle(Wire):
    """A provisioning cycle; `state` is Succeeded, Failed or EntryLevelErrors, `time_ended` None while it runs."""

    time_began: datetime | None = None
    time_ended: datetime | None = None
    state: str = ""
    count_entitled_for_provisioning: int = 0
    count_exported: int = 0
    count_escrowed: int = 0
    error: Failure | None = None


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
    last_execution: Cycle | None = None
    last_successful_execution: Cycle | None = None
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
    def initial_cycle_done(self) -> bool:
        """Tell whether an initial cycle has ended: from then on only what changes is looked at."""
        return self.status.steady_state_first_achieved_time is not None


def read_report(body: dict[str, Any]) -> JobReport:
    """Read Graph's job with all that the page shows; raises as `read_job` does."""
    return read_as(JobReport, body, "read the synchronization job")
