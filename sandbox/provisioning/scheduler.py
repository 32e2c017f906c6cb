"""When a job's next cycle is due, from what the job itself shows.

Pure. In quarantine the next attempt counts; else the begin of the last cycle plus the interval, so that clients can
reckon the next begin from the job as Graph shows it.
"""

from datetime import datetime, timedelta

from sandbox.provisioning import moments, quarantine
from sandbox.provisioning.execution import Job


def is_due(job: Job, interval: timedelta, now: datetime) -> bool:
    """Tell whether an Active job must run now."""
    if job["schedule"]["state"] != "Active":
        return False
    status = job["status"]
    if status["quarantine"]:
        return quarantine.is_due(status["quarantine"], now)
    last = status["lastExecution"]
    return last is None or moments.read(last["timeBegan"]) + interval <= now
