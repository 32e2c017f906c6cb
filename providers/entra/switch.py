"""Switch provisioning on or off, and never start a job that runs: Graph warns that this may stop it."""

from providers.entra.graph import Graph
from providers.entra.job import Job, read_job
from providers.errors import UnavailableError, UnreachableError


def switched(graph: Graph, job_id: str, *, on: bool, tested: bool, tried: str) -> tuple[Job, str]:
    """Bring the job to the wanted state; returns it as it is then, and the quarantine series that was last started.

    A quarantined job is started once a series (`tried` is the last one): if that does not heal it, more will not. Not
    before the credentials were `tested`: its next attempt may be running with the token before.
    """
    job = read_job(graph.job(job_id)[0])
    if not on:
        if job.active:
            graph.pause(job_id)
            job = read_job(graph.job(job_id)[0])
        return job, tried
    series = job.quarantine_series
    if job.active and (not series or series == tried or not tested):
        return job, tried
    _start(graph, job_id)
    return read_job(graph.job(job_id)[0]), series or tried


def _start(graph: Graph, job_id: str) -> None:
    """Start; after a lost answer look before starting again."""
    try:
        graph.start(job_id)
    except (UnavailableError, UnreachableError):
        job = read_job(graph.job(job_id)[0])
        if not job.active or job.quarantined:
            graph.start(job_id)
