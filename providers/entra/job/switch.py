"""Switch provisioning on or off, and never start a job that runs: Graph warns that this may stop it."""

from providers.entra.graph.provisioning import Graph
from providers.entra.job.consistency import settled_job
from providers.entra.job.job import Job
from providers.errors import UnavailableError, UnreachableError


def switched(graph: Graph, job_id: str, *, on: bool, tested: bool, tried: str, known: str = "") -> tuple[Job, str]:
    """Bring the job to the wanted state; returns it as it is then, and the quarantine series that was last started.

    A quarantined job is started once a series (`tried` is the last one): if that does not heal it, more will not. Not
    before the credentials were `tested`: its next attempt may be running with the token before. `known` is the state of
    the schedule when it was last read, "" if it never was: a read that contradicts it may lag behind a write.
    """
    job = settled_job(graph, job_id, lambda seen: not known or seen.active == (known == "Active"))
    if not on:
        if job.active:
            graph.pause(job_id)
            job = settled_job(graph, job_id, lambda seen: not seen.active)
        return job, tried
    series = job.quarantine_series
    if job.active and (not series or series == tried or not tested):
        return job, tried
    _start(graph, job_id, series)
    return settled_job(graph, job_id, lambda seen: _was_started(seen, series)), series or tried


def _start(graph: Graph, job_id: str, series: str) -> None:
    """Start; after a lost answer look before starting again."""
    try:
        graph.start(job_id)
    except (UnavailableError, UnreachableError):
        if not _was_started(settled_job(graph, job_id, lambda seen: _was_started(seen, series)), series):
            graph.start(job_id)


def _was_started(job: Job, series: str) -> bool:
    """Return whether a job that was stopped, or in that series of quarantines, has been started since."""
    return job.active and (not job.quarantined or job.quarantine_series != series)
