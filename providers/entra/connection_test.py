"""Test Connection without cutting off a push: when it may be done, and what heals a refusal.

`validateCredentials` makes Entra present the token it holds, which may end the token before it. So while an overlap is
open it is asked only by `up`, and only between two provisioning cycles.
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import pulumi

from providers.deadline import Deadline
from providers.entra.graph import Graph
from providers.entra.job import Job, may_test, read_job
from providers.errors import ApiError, StoppedError
from providers.moments import now
from providers.scim import Probe, probe, probe_twice

_WAIT_SECONDS = 40.0  # leaves half of a verb's time for the calls; a longer cycle closes the overlap by itself
_REFUSED_BY_TARGET = 400  # assumed: no documentation shows the answer of a failed validateCredentials


@dataclass(frozen=True)
class Connection:
    """What Entra holds for GreenLake, and the token before it."""

    graph: Graph
    job_id: str
    base_address: str
    previous_token: str = field(repr=False)
    deadline: Deadline

    def overlap_is_open(self) -> bool:
        """Tell whether the previous token is, or may be, still accepted."""
        if not self.previous_token:
            return False
        return probe(self.base_address, self.previous_token, self.deadline) is not Probe.REFUSED

    def overlap_is_over(self) -> bool:
        """Tell whether there is no previous token, or it was refused twice."""
        if not self.previous_token:
            return True
        return probe_twice(self.base_address, self.previous_token, self.deadline) is Probe.REFUSED

    def may_be_tested(self, *, first_time: bool) -> bool:
        """Wait, bounded, for a moment at which the new token may be used; False where none came.

        At the first run for a job that is on already, somebody else's token may be in use by a running cycle.
        """
        job, at = self._job()
        if not (self.overlap_is_open() or (first_time and job.active)):
            return True
        saved_at, until = at, self.deadline.within(_WAIT_SECONDS)
        told = False
        while not may_test(job, saved_at, at):
            if until.remaining() <= 0:
                return False
            if not told:
                pulumi.log.info("provisioning status: waiting for the running provisioning cycle to end, up to 40 s")
                told = True
            time.sleep(min(2.0, job.schedule.interval.total_seconds() / 8))
            job, at = self._job()
        return True

    def prove(self, credentials: Sequence[Mapping[str, str]]) -> None:
        """Have Entra use what it holds; where that is not the new token, save the credentials and test again.

        azuread cannot see a token that was overwritten in Entra, nor one whose save failed and was refreshed away.
        Raises StoppedError where the new token is refused as well; everything before stays as it is.
        """
        if not self.refusal() and not self.overlap_is_open():
            return
        self.graph.put_secrets(credentials)
        refusal = self.refusal()
        if refusal:
            way_out = "; token.removeCurrent: true ends both tokens and begins anew" if self.previous_token else ""
            raise StoppedError(
                f"Entra's Test Connection fails with the new token as well ({refusal}): check that greenlake.tenantUrl "
                f"can be reached from Entra, then run again{way_out}"
            )

    def refusal(self) -> str:
        """Have Entra test what it holds: "" where it is accepted, else the reason."""
        try:
            self.graph.validate_saved(self.job_id)
        except ApiError as error:
            if error.status != _REFUSED_BY_TARGET:
                raise
            return error.code or "no reason given"
        return ""

    def _job(self) -> tuple[Job, datetime]:
        body, at = self.graph.job(self.job_id)
        return read_job(body), at or now()
