"""Which of an application's jobs is taken over; pure."""

from collections.abc import Sequence

from providers.entra.job.job import SCIM_TEMPLATES
from providers.errors import StoppedError
from scimctl.commands.adopt.found import FoundJob


def choose_job(jobs: Sequence[FoundJob], wanted: str) -> FoundJob:
    """Return the job `wanted` by id, or the only one that runs, or the only one.

    Raises StoppedError if that is not decided, or if another job runs beside it: both present one set of
    credentials, so a test of the new token would cut off a cycle of the other job.
    """
    ours = [each for each in jobs if each.template in SCIM_TEMPLATES]
    if not ours and jobs:
        raise StoppedError(f"the application has no job for SCIM, only {_ids(jobs)}: is it the right application?")
    if not ours:
        raise StoppedError(
            "the application has no provisioning job, so there is nothing to take over: set app.mode to existing in "
            "the stack file and run `pulumi up`"
        )
    running = [each for each in ours if each.job.active]
    chosen = [each for each in ours if each.job.id == wanted] if wanted else running or ours
    if wanted and not chosen:
        raise StoppedError(f"the application has no job {wanted}: it has {_ids(ours)}")
    if len(chosen) > 1:
        stop = ", once the others are stopped in the portal" if len(running) > 1 else ""
        raise StoppedError(f"the application has {len(chosen)} jobs ({_ids(chosen)}): name one with --job{stop}")
    others = [each for each in jobs if each.job.active and each is not chosen[0]]
    if others:
        raise StoppedError(
            f"another job runs as well ({_ids(others)}) and presents the same credentials, so that pushes could be "
            "lost: stop one of them in the portal"
        )
    return chosen[0]


def _ids(jobs: Sequence[FoundJob]) -> str:
    return ", ".join(each.job.id for each in jobs)
