"""The job as Entra's provisioning page shows it: its state, quarantine, cycles and counts in words; pure."""

from datetime import datetime, timedelta

from providers.entra.job.job import Cycle, JobReport
from providers.masking import masked
from providers.timestamps import in_words, to_text

_REASONS = {
    "EncounteredQuarantineException": "it cannot work with GreenLake",
    "EncounteredBaseEscrowThreshold": "too many users or groups fail",
    "EncounteredTotalEscrowThreshold": "too many users, groups or memberships fail",
    "EncounteredEscrowProportionThreshold": "too large a share of users and groups fails",
    **dict.fromkeys(("QuarantinedOnDemand", "QuarantineOnDemand"), "somebody at Microsoft put it there"),
    "TooManyDeletes": "a cycle would delete more users than provisioning.deleteThreshold allows: bring them "
    "back, or allow it in the portal",
    "IngestionInterrupted": "reading the directory was interrupted",
}


def quarantine_code(job: JobReport) -> str:
    """Return the service's own code for a quarantine, "" outside of one."""
    return masked(job.quarantine_cause.code) if job.quarantine_cause else ""


def state(job: JobReport) -> str:
    """Return the state in words."""
    if not job.active:
        return "stopped" if job.status.code != "NotConfigured" else "stopped, and Entra has no credentials"
    if job.quarantined:
        return "in quarantine: tried less and less often, and given up after four weeks"
    if job.status.last_execution is None:
        return "first cycle not ended yet"
    return "provisioning what changes" if job.initial_cycle_done else "initial cycle not ended yet"


def quarantine(job: JobReport, at: datetime) -> list[tuple[str, str]]:
    """Return why it is in quarantine and when it is tried again, as label and text."""
    if not job.quarantined:
        return []
    one = job.status.quarantine
    code = quarantine_code(job)
    reason = (one and one.reason) or ""
    why = _REASONS.get(reason, masked(reason))
    rows = [("quarantine", f"{why} ({code})" if why and why != code else code)]
    if job.quarantine_cause and job.quarantine_cause.message:
        rows.append(("reason", job.quarantine_cause.message))
    if one and one.began:
        since = f"{in_words(at - one.began)}, {to_text(one.began)}"
        often = "once" if one.series_count <= 1 else f"{one.series_count} times"
        rows.append(("since", f"{since}, imposed {often}"))
    if one and one.next_attempt:
        rows.append(("next attempt", coming(one.next_attempt, at)))
    return rows


def coming(moment: datetime, at: datetime) -> str:
    """Return when something is going to be."""
    return f"in {in_words(moment - at)}, {to_text(moment)}" if moment > at else f"due now, since {to_text(moment)}"


def last_cycle(cycle: Cycle | None, at: datetime) -> str:
    """Return when the last cycle was and its outcome."""
    if cycle is None or cycle.time_began is None:
        return "none yet"
    began = f"{in_words(at - cycle.time_began)} ago"
    if cycle.time_ended is None:
        return f"running since {in_words(at - cycle.time_began)}"
    span = cycle.time_ended - cycle.time_began
    took = in_words(span) if span >= timedelta(seconds=1) else "less than 1 s"
    code = f" ({masked(cycle.error.code)})" if cycle.error and cycle.error.code else ""
    if cycle.state == "Failed":
        return f"{began}, failed{code}"
    failing = f", {cycle.count_escrowed} failing" if cycle.count_escrowed else ""
    return f"{began}, took {took}: {cycle.count_exported} pushed{failing}"


def cycle_data(cycle: Cycle | None) -> dict[str, str | int | None] | None:
    """Return a cycle for scripts."""
    return cycle and {
        "state": cycle.state,
        "began": to_text(cycle.time_began) or None,
        "ended": to_text(cycle.time_ended) or None,
        "inScope": cycle.count_entitled_for_provisioning,
        "exported": cycle.count_exported,
        "failing": cycle.count_escrowed,
        "error": masked(cycle.error.code) if cycle.error and cycle.error.code else None,
    }


def next_cycle(job: JobReport) -> datetime | None:
    """Return when the next cycle is going to begin, None if none is or nobody knows."""
    if not job.active:
        return None
    if job.quarantined:
        return job.status.quarantine.next_attempt if job.status.quarantine else None
    last = job.status.last_execution
    return last.time_began + job.schedule.interval if last and last.time_began else None


def provisioned(job: JobReport) -> dict[str, int]:
    """Count what is in sync by type: "User to urn:..." is a User."""
    return {each.key.partition(" to ")[0]: each.value for each in job.status.synchronized_entry_count_by_type}
