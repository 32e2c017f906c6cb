"""How a cycle shows in the job: its execution, the status that follows from it, and when the next one is due.

Pure: job documents in, job documents out. An execution is written when it has ended: Graph's states for one are
Succeeded, Failed and EntryLevelErrors, and none means that it is still running.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sandbox.provisioning import moments, quarantine
from sandbox.provisioning.quarantine import Quarantine

Job = dict[str, Any]
Execution = dict[str, Any]

_NEVER = "0001-01-01T00:00:00Z"


@dataclass
class Counts:
    """What a cycle counts as it goes."""

    entitled: int = 0
    in_scope: int = 0
    imported: int = 0
    references: int = 0
    exported: int = 0
    escrowed: int = 0


def execution(
    identity: str, began: datetime, ended: datetime, counts: Counts, error: Mapping[str, Any] | None = None
) -> Execution:
    """Return the resource of one cycle that has ended."""
    state = "Failed" if error else "EntryLevelErrors" if counts.escrowed else "Succeeded"
    return {
        "activityIdentifier": identity,
        "countEntitled": counts.entitled,
        "countEntitledForProvisioning": counts.in_scope,
        "countEscrowed": counts.escrowed,
        "countEscrowedRaw": counts.escrowed,
        "countExported": counts.exported,
        "countExports": counts.exported,
        "countImported": counts.imported,
        "countImportedDeltas": counts.imported,
        "countImportedReferenceDeltas": counts.references,
        "state": state,
        "timeBegan": moments.written(began),
        "timeEnded": moments.written(ended),
        "error": dict(error) if error else None,
    }


def problem(code: str, message: str) -> dict[str, Any]:
    """Return the error of an execution or a quarantine; what stops a job is for the administrator to repair."""
    return {"code": code, "message": message, "tenantActionable": True}


def succeeded(job: Job, done: Execution, entries: Mapping[str, int]) -> Job:
    """Return the job after a cycle that went through; it leaves quarantine and its first cycle behind."""
    status = job["status"]
    first = status["steadyStateFirstAchievedTime"]
    changed = {
        "code": _code(job, "Active"),
        "quarantine": None,
        "countSuccessiveCompleteFailures": 0,
        "lastExecution": done,
        "lastSuccessfulExecution": done,
        "steadyStateFirstAchievedTime": done["timeEnded"] if first == _NEVER else first,
        "steadyStateLastAchievedTime": done["timeEnded"],
        "synchronizedEntryCountByType": [{"key": key, "value": value} for key, value in entries.items()],
    }
    if done["countExported"]:
        changed["lastSuccessfulExecutionWithExports"] = done
    return {**job, "status": {**status, **changed}}


def failed(job: Job, done: Execution, imposed: Quarantine | None, now: datetime) -> Job:
    """Return the job after a cycle that came to nothing; after four weeks in quarantine it is disabled."""
    status = job["status"]
    changed = {
        "code": _code(job, "Quarantine") if imposed else status["code"],
        "quarantine": imposed,
        "countSuccessiveCompleteFailures": status["countSuccessiveCompleteFailures"] + 1,
        "lastExecution": done,
    }
    schedule = job["schedule"]
    if imposed and quarantine.is_given_up(imposed, now):
        schedule = {**schedule, "state": "Disabled"}
    return {**job, "schedule": schedule, "status": {**status, **changed}}


def _code(job: Job, code: str) -> str:
    """Return the status code after a cycle; a job that was paused meanwhile stays Paused."""
    return code if job["schedule"]["state"] == "Active" else job["status"]["code"]


def is_due(job: Job, interval: timedelta, now: datetime) -> bool:
    """Return whether an Active job must run now, reckoned from what Graph shows of it, as its clients can."""
    if job["schedule"]["state"] != "Active":
        return False
    status = job["status"]
    if status["quarantine"]:
        return quarantine.is_due(status["quarantine"], now)
    last = status["lastExecution"]
    return last is None or moments.read(last["timeBegan"]) + interval <= now
