"""Save and Test Connection without cutting off a push: when the test may be made, and which refusal counts.

`validateCredentials` makes Entra present the token it holds, which may end the token before it. So while that one may
be in use, it is asked only by `up`, and only between two provisioning cycles.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from providers import run_log, timestamps
from providers.entra.graph.provisioning import REFUSED_BY_TARGET, Graph
from providers.entra.job import overlap
from providers.entra.job.health import is_unreached, reason
from providers.entra.job.job import Job, read_job
from providers.errors import ApiError, StoppedError
from providers.http.deadline import Deadline
from providers.scim import probing
from providers.scim.probing import Probe, probe, probe_twice

_WAIT_SECONDS = 55.0  # settle time and the rest of a cycle; a longer cycle closes the overlap by itself
_FOR_CALLS_SECONDS = 30.0  # of a verb's time, for what has to be sent after the wait
_LOOK_SECONDS = 10.0  # a drift run should be quick, and comes again


@dataclass(frozen=True)
class Connection:
    """What Entra holds for GreenLake, and the token before it."""

    graph: Graph
    job_id: str
    base_address: str
    previous_token: str = field(repr=False)

    def previous(self, *, twice: bool = True) -> Probe | None:
        """Ask GreenLake about the previous token, None without one; `twice` if anything follows from a refusal."""
        ask = probe_twice if twice else probe
        return ask(self.base_address, self.previous_token, self.graph.deadline) if self.previous_token else None

    def job(self) -> tuple[Job, datetime]:
        """Return the job and Graph's clock."""
        body, at = self.graph.job(self.job_id)
        return read_job(body), at or timestamps.now()

    def may_be_tested(self, saved: "Saved", *, protected: bool, old_accepted: bool) -> bool:
        """Wait, bounded, until the new token may be used; False if that did not come in time."""

        def ready(job: Job, at: datetime) -> bool:
            settled = saved.elapsed() >= job.settle_time.total_seconds()
            return not overlap.must_wait(
                job, protected=protected, old_accepted=old_accepted, settled=settled, saved_at=saved.at, at=at
            )

        seconds = min(_WAIT_SECONDS, self.graph.deadline.remaining() - _FOR_CALLS_SECONDS)
        return self._comes_within(seconds, ready, "uses the old token")

    def is_quiet(self) -> bool:
        """Wait, bounded, until no cycle can be running; False if one went on."""
        return self._comes_within(_LOOK_SECONDS, overlap.is_quiet, "runs")

    def _comes_within(self, seconds: float, ready: Callable[[Job, datetime], bool], verb: str) -> bool:
        waits = f"waiting up to {seconds:.0f} s until no provisioning cycle {verb}"
        until = self.graph.deadline.within(seconds)
        return comes_within(self.job, ready, until, lambda: run_log.note(f"provisioning status: {waits}"))

    def save(self, credentials: Sequence[Mapping[str, str]], *, since: datetime | None = None) -> "Saved":
        """Save the credentials in Entra, beside azuread; `since` is when an earlier run saved the same token."""
        at = self.graph.put_secrets(credentials)
        return Saved(since or at or timestamps.now(), time.monotonic())

    def prove(self, saved: "Saved | None", credentials: Sequence[Mapping[str, str]]) -> None:
        """Have Entra use what was `saved`; if nothing was, what it holds, and save that again if it is refused.

        azuread cannot see a token that was overwritten in Entra. A refusal that may come from the secret before the
        save is asked again until the settle time is over. Raises StoppedError if the new token is refused; everything
        before stays as it is.
        """
        if saved is None and not self._refusal():
            return
        saved = saved or self.save(credentials)
        settled_in = self.job()[0].settle_time.total_seconds() - saved.elapsed()
        settled = self.graph.deadline.within(settled_in)
        lags = bool(self._refusal())
        refusal = self.refusal(counts_after=settled.remaining()) if lags else ""
        if lags and not refusal:
            time.sleep(settled.remaining())  # a cycle that began now might read what this test read first
        if is_unreached(refusal):
            raise StoppedError(
                f"the new token is saved, and Entra's Test Connection does not reach GreenLake ({refusal}): check that "
                "greenlake.tenantUrl can be reached from Entra, then run `pulumi up` again"
            )
        if refusal:
            raise StoppedError(
                f"Entra's Test Connection fails with the new token as well ({refusal}): check that greenlake.tenantUrl "
                "can be reached from Entra; if the token itself has ended, `pulumi up --refresh` rotates it "
                "(adopted: change token.rotateWhenChanged); token.removeCurrent: true ends every token and begins anew"
            )

    def refusal(self, *, counts_after: float = 0.0) -> str:
        """Have Entra test what it holds: "" if accepted, else the reason, repeated after 5 s and so many seconds."""
        early = self.graph.deadline.within(counts_after)
        until: Deadline | None = None
        while refusal := self._refusal():
            until = until or self.graph.deadline.within(max(probing.REPEATED_AFTER_SECONDS, early.remaining()))
            left = until.remaining()
            if left <= 0:
                break
            time.sleep(min(1.0, left) if early.remaining() > 0 else left)
        return refusal

    def _refusal(self) -> str:
        try:
            self.graph.validate_saved(self.job_id)
        except ApiError as error:
            if error.status != REFUSED_BY_TARGET:
                raise
            return reason(error.code or "no reason given", error.refused_with)
        return ""


def comes_within(
    look: Callable[[], tuple[Job, datetime]],
    is_ready: Callable[[Job, datetime], bool],
    until: Deadline,
    waits: Callable[[], object],
) -> bool:
    """Look at the job and Graph's clock until it is ready; False if the time is over first.

    `waits` is called once, before the first wait.
    """
    job, at = look()
    if is_ready(job, at):
        return True
    if until.remaining() > 0:
        waits()
    while until.remaining() > 0:
        time.sleep(min(2.0, job.schedule.interval.total_seconds() / 8, until.remaining()))
        job, at = look()
        if is_ready(job, at):
            return True
    return False


@dataclass(frozen=True)
class Saved:
    """A save: when Entra first had this token, by Graph's clock, and when this run saved it, by ours."""

    at: datetime
    monotonic: float

    def elapsed(self) -> float:
        """Return the seconds since this run's save."""
        return time.monotonic() - self.monotonic
