"""Graph is eventually consistent: a read that contradicts what is expected is repeated before anything follows."""

import time
from collections.abc import Callable
from typing import TypeVar

from providers.entra.graph.provisioning import Graph
from providers.entra.job.job import Job, read_job
from providers.http.deadline import Deadline

_T = TypeVar("_T")

_GAP_SECONDS = 1.0
GONE_AFTER_SECONDS = 5.0  # a 404 counts only if it is repeated for so long


def read_until(
    agrees: Callable[[_T], bool], read: Callable[[], _T], seconds: Callable[[_T], float], deadline: Deadline
) -> _T:
    """Read until a read agrees with what is expected, for so many seconds after the first one; return the last one."""
    found = read()
    if agrees(found):
        return found
    until = deadline.within(seconds(found))
    while until.remaining() > 0 and not agrees(found):
        time.sleep(min(_GAP_SECONDS, until.remaining()))
        found = read()
    return found


def settled_job(graph: Graph, job_id: str, agrees: Callable[[Job], bool]) -> Job:
    """Read the job; a read that is not as expected counts once the settle time is over."""

    def read() -> Job:
        return read_job(graph.job(job_id)[0])

    return read_until(agrees, read, lambda job: job.settle_time.total_seconds(), graph.deadline)


def wait_for_earlier_writes(job: Job, deadline: Deadline) -> None:
    """Wait for the settle time: a read after it shows everything that was written before."""
    time.sleep(deadline.within(job.settle_time.total_seconds()).remaining())
