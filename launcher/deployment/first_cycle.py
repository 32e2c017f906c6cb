"""The wait for a provisioning cycle that began after a run, so that its numbers are those of what the run deployed."""

from launcher.deployment.environment import STACK
from launcher.deployment.sandbox_control import Control, Job, Snapshot
from launcher.errors import WaitError
from launcher.locks import wait_until
from launcher.progress import working

CYCLE_S = 120.0


def await_first_cycle(control: Control, job_id: str) -> Snapshot:
    """Return the world's snapshot once the job has been through a cycle that began now, or is not going to.

    A cycle that ended well may have been the last one before the run, so another is asked for. One that failed is from
    before what `up` has healed; if the next ones fail too, that is shown.

    Raises:
        WaitError: no cycle ended in time.
    """
    with working("waiting for a provisioning cycle") as update:
        over = wait_until(lambda: settled(job(control.snapshot(STACK), job_id)), seconds=CYCLE_S, update=update)
        if not over and last_cycle(job(control.snapshot(STACK), job_id)) is None:
            raise WaitError(
                f"no cycle ended within {CYCLE_S:.0f} s: see .sandbox/sandbox.log, then run `./run up` again"
            )
        if over and _will_run(job(control.snapshot(STACK), job_id)):
            control.run_cycle(STACK, job_id, seconds=CYCLE_S)
    return control.snapshot(STACK)


def job(snapshot: Snapshot, job_id: str) -> Job | None:
    """Return one job of the snapshot."""
    return next((found for found in snapshot["jobs"] if found["id"] == job_id), None)


def settled(found: Job | None) -> bool:
    """Report whether a job has run well, or never will: it is gone, switched off or in quarantine."""
    return not _will_run(found) or last_cycle(found) not in (None, "Failed")


def _will_run(found: Job | None) -> bool:
    if found is None or found["schedule"].get("state") != "Active":
        return False
    return not is_in_quarantine(found)


def is_in_quarantine(found: Job | None) -> bool:
    """Report whether the job is in quarantine, so that nothing is pushed."""
    return found is not None and found["status"].get("code") == "Quarantine"


def last_cycle(found: Job | None) -> str | None:
    """Return how the latest cycle ended, None if none did."""
    execution = found["status"].get("lastExecution") if found else None
    return execution.get("state") if execution else None
