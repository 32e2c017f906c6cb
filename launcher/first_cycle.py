"""The wait for a provisioning cycle, after which there is something to see in GreenLake."""

from launcher.environment import STACK
from launcher.errors import WaitError
from launcher.progress import working
from launcher.sandbox_control import Control, Job, Snapshot
from launcher.waiting import wait_until

CYCLE_S = 120.0


def await_first_cycle(control: Control, job_id: str) -> Snapshot:
    """Return the world's snapshot once the job has been through a cycle, or is not going to.

    A cycle that failed is the one from before what `up` has healed; where the next ones fail too, that is shown.

    Raises:
        WaitError: no cycle ended in time.
    """
    if settled(job(control.snapshot(STACK), job_id)):
        return control.snapshot(STACK)
    with working("waiting for a provisioning cycle") as progress:
        over = wait_until(lambda: settled(job(control.snapshot(STACK), job_id)), seconds=CYCLE_S, progress=progress)
        if not over and _last_cycle(job(control.snapshot(STACK), job_id)) is None:
            raise WaitError(
                f"no provisioning cycle ended within {CYCLE_S:.0f} s: `./run sandbox log` and `./run up` again"
            )
    return control.snapshot(STACK)


def job(snapshot: Snapshot, job_id: str) -> Job | None:
    """Return one job of the snapshot."""
    return next((found for found in snapshot["jobs"] if found["id"] == job_id), None)


def settled(found: Job | None) -> bool:
    """Tell whether a job has run well, or never will: it is gone, switched off or in quarantine."""
    if found is None or found["schedule"].get("state") != "Active":
        return True
    return _last_cycle(found) not in (None, "Failed") or found["status"].get("code") == "Quarantine"


def _last_cycle(found: Job | None) -> str | None:
    execution = found["status"].get("lastExecution") if found else None
    return execution.get("state") if execution else None
