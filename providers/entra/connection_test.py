"""Test Connection without cutting off a push: when it may be done, and what heals a refusal.

`validateCredentials` makes Entra present the token it holds, which may end the token before it. So while an overlap is
open it is asked only by `up`, and only between two provisioning cycles.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pulumi

from providers import moments
from providers.deadline import Deadline
from providers.entra import overlap
from providers.entra.graph import Graph
from providers.entra.health import is_unreached
from providers.entra.job import Job, read_job
from providers.errors import ApiError, StoppedError
from providers.scim import Probe, probe, probe_twice

_WAIT_SECONDS = 40.0  # leaves half of a verb's time for the calls; a longer cycle closes the overlap by itself
_LOOK_SECONDS = 10.0  # a drift run should be quick, and comes again
_DATE_STEP = timedelta(seconds=1)  # an HTTP date is cut to seconds: a cycle of that second may be older than the save
_REFUSED_BY_TARGET = 400  # assumed: no documentation shows the answer of a failed validateCredentials


@dataclass(frozen=True)
class Connection:
    """What Entra holds for GreenLake, and the token before it."""

    graph: Graph
    job_id: str
    base_address: str
    previous_token: str = field(repr=False)
    deadline: Deadline

    def previous(self, *, twice: bool = False) -> Probe | None:
        """Ask GreenLake about the previous token, None where there is none; `twice` before a refusal is believed."""
        if not self.previous_token:
            return None
        ask = probe_twice if twice else probe
        return ask(self.base_address, self.previous_token, self.deadline)

    def may_be_tested(self, *, first_time: bool) -> bool:
        """Wait, bounded, for a moment at which the new token may be used; False where none came."""
        overlap_open = overlap.is_open(self.previous())
        _, saved_at = self._job()

        def ready(job: Job, now: datetime) -> bool:
            return not overlap.must_wait(
                job, overlap_open=overlap_open, first_time=first_time, saved_at=saved_at, now=now
            )

        return self._comes_within(_WAIT_SECONDS, ready)

    def is_quiet(self) -> bool:
        """Wait, bounded, for a moment at which no cycle can be running; False where none came."""
        return self._comes_within(_LOOK_SECONDS, overlap.is_quiet)

    def _comes_within(self, seconds: float, ready: Callable[[Job, datetime], bool]) -> bool:
        until, told = self.deadline.within(seconds), False
        job, now = self._job()
        while not ready(job, now):
            if until.remaining() <= 0:
                return False
            if not told:
                pulumi.log.info(f"provisioning status: waiting up to {seconds:.0f} s for the provisioning cycle to end")
                told = True
            time.sleep(min(2.0, job.schedule.interval.total_seconds() / 8, until.remaining()))
            job, now = self._job()
        return True

    def prove(self, credentials: Sequence[Mapping[str, str]], *, adopted: bool) -> None:
        """Have Entra use what it holds; where that is not the new token, save the credentials and test again.

        azuread cannot see a token that was overwritten in Entra, nor one whose save failed and was refreshed away.
        `adopted`: the token before is unknown and may work, so an accepted one tells nothing until they were saved.
        Raises StoppedError where the new token is refused as well; everything before stays as it is.
        """
        if not adopted and self._is_proven():
            return
        self.graph.put_secrets(credentials)
        refusal = self.refusal()
        if is_unreached(refusal):
            raise StoppedError(
                f"the new token is saved, and Entra's Test Connection does not reach GreenLake ({refusal}): check that "
                "greenlake.tenantUrl can be reached from Entra, then run `pulumi up` again"
            )
        if refusal:
            way_out = "; token.removeCurrent: true ends both tokens and begins anew" if self.previous_token else ""
            raise StoppedError(
                f"Entra's Test Connection fails with the new token as well ({refusal}): check that greenlake.tenantUrl "
                f"can be reached from Entra; if the token itself has ended, change token.rotateWhenChanged{way_out}"
            )

    def _is_proven(self) -> bool:
        refused = bool(self.refusal())
        return overlap.is_proven(refused=refused, overlap_open=not refused and overlap.is_open(self.previous()))

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
        return read_job(body), (at or moments.now()) + _DATE_STEP
