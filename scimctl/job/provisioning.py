"""What is wrong with provisioning, by the job and the stack, and how far an all-clear reaches; pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

from providers.entra.job.health import Observed, provisioning_drift
from providers.entra.job.job import Failure, JobReport
from providers.masking import masked
from providers.timestamps import in_words, to_text
from scimctl.job.advice import advice, is_refused_token
from scimctl.job.job_page import quarantine_code

_CAUSE = "`scimctl test` or `scimctl logs --failures` shows the cause; repair it, then `scimctl start`"
_CODES = ("", "NotConfigured", "NotRun", "Active", "Paused", "Quarantine")
_MISSED, _LATE = 6, timedelta(days=2)  # so many cycles, and at least so long


@dataclass(frozen=True)
class ProvisioningView:
    """What was seen. `deployed` is the status of the last `up`; `at` is Graph's clock, `expired` when the token did.

    `tested`: Entra has used the present token, issued at `issued_at`; `why_rotate` is "" if no rotation is due;
    `diverted` lists what pushes elsewhere, or others than the assigned, `differences` what the mappings differ in.
    """

    deployed: str
    job: JobReport
    at: datetime
    expired: datetime | None = None
    tested: bool = True
    issued_at: datetime | None = None
    overlap_open: bool = False
    why_rotate: str = ""
    differences: Sequence[str] = ()
    diverted: Sequence[str] = ()

    @property
    def used(self) -> bool:
        """Return whether a cycle got through that began after the token was issued: Entra has taken it by itself."""
        return self.issued_at is not None and self.job.has_pushed_since(self.issued_at)


def found(page: ProvisioningView) -> list[str]:
    """List what is wrong, a line each, with what to do."""
    return [
        *page.diverted,
        *_to_repair(page),
        *(f"mappings: {line}: `pulumi up --refresh` repairs it" for line in page.differences),
        *([f"the token is to be rotated: {page.why_rotate}: `pulumi up` does it"] if page.why_rotate else []),
        *_idle(page.job, page.at),
        *_failed(page.job),
    ]


def all_clear(page: ProvisioningView) -> str:
    """Return one line for a state without a problem, and as of when it is known."""
    job, last = page.job, page.job.status.last_execution
    if page.deployed != "on":
        return "provisioning is off, as declared"
    unread = not_ended(job, page.at)
    if unread:
        return f"nothing is wrong so far: {unread}"
    if overlap(page) is Overlap.OPEN:
        return f"healthy; the overlap of the last rotation is {Overlap.OPEN.words}"
    if last and last.time_began and last.time_ended is None:
        return f"healthy so far: a cycle has been running for {in_words(page.at - last.time_began)}"
    ago = f"as of the last cycle, {in_words(page.at - last.time_began)} ago" if last and last.time_began else "so far"
    if last and last.count_escrowed:
        fail = "1 user or group fails" if last.count_escrowed == 1 else f"{last.count_escrowed} users and groups fail"
        return f"running {ago}; {fail}: see `scimctl logs --failures`"
    return f"healthy {ago}; {_unknown(job) or '`scimctl test` asks whether GreenLake takes the token now'}"


def not_ended(job: JobReport, at: datetime) -> str:
    """Return that the first cycle has not ended, "" if one has; until then GreenLake has not everybody."""
    last = job.status.last_execution
    if not job.active or job.initial_cycle_done or (last and last.time_ended):
        return ""
    if last is None or last.time_began is None:
        return "the first cycle has not ended yet; `scimctl status --watch` shows when it has"
    return f"the first cycle is running since {in_words(at - last.time_began)}; `scimctl status --watch` shows its end"


def not_pushing(page: ProvisioningView) -> list[str]:
    """List why nothing is pushed although it should be, a line each, with what to do: then the logs show nothing."""
    if page.deployed != "on":
        return []
    return [*_to_repair(page), *_idle(page.job, page.at), *_failed(page.job)]


def _to_repair(page: ProvisioningView) -> list[str]:
    """List what `up --refresh` would repair, with what to do."""
    observed = Observed(
        schedule_state=page.job.schedule.state,
        status_code=page.job.status.code,
        quarantine_reason=quarantine_code(page.job),
        credentials="untested",
        tested=page.tested or page.used,
        token_issued_at=page.issued_at,
    )
    lines = provisioning_drift(observed, wanted_on=page.deployed == "on", now=page.at)
    return [f"{line}: {_remedy(page)}" for line in lines]


def _idle(job: JobReport, at: datetime) -> Iterator[str]:
    """Report a job that is switched on and does nothing: without credentials, or without a cycle for long."""
    last, interval = job.status.last_execution, job.schedule.interval
    if not job.active or job.quarantined:
        return
    if job.status.code == "NotConfigured":
        yield "Entra holds no credentials (NotConfigured): `pulumi up --refresh` saves them"
    elif stalled := _stalled(job, at):
        yield stalled
    elif last and last.time_ended and at - last.time_ended > max(_MISSED * interval, _LATE):
        yield (
            f"no cycle has begun for {in_words(at - last.time_ended)}, and one is due every {in_words(interval)}: "
            "`scimctl restart` begins one; if it does not, ask Microsoft's support"
        )


def _stalled(job: JobReport, at: datetime) -> str:
    """Report a job that is switched on and that Entra has paused, or whose cycle does not end, "" for another."""
    last, interval = job.status.last_execution, job.schedule.interval
    began, ended = (last.time_began, last.time_ended) if last else (None, None)
    if ended and at - ended > 2 * interval:
        ago = in_words(at - ended)
        if job.status.code == "Paused":
            return f"Entra has paused provisioning (Paused), since {ago}: {_to_start(job)}"
        if unknown := _unknown(job):
            return f"no cycle has begun for {ago}, and {unknown}: see Provisioning in the portal"
    if began and not ended and at - began > max(_MISSED * interval, _LATE):
        ago = in_words(at - began)
        return f"a cycle has been running for {ago}: `scimctl restart` begins another; if it stays, ask Microsoft"
    return ""


def _unknown(job: JobReport) -> str:
    """Return that Graph shows a state of the job that it did not have when this was written, "" for another."""
    code = job.status.code
    return "" if code in _CODES else f"Entra shows the job as {masked(code)}, which is not known here"


def _failed(job: JobReport) -> Iterator[str]:
    """Report a last cycle that failed without a quarantine, such as while GreenLake is away."""
    last = job.status.last_execution
    if job.active and not job.quarantined and last and last.state == "Failed":
        error = last.error or Failure()
        todo = advice(error.code, error.refused_with) or "the next one tries again"
        yield f"{_which(job)} failed ({error.code or error.message or 'no reason given'}): {todo}"


def _remedy(page: ProvisioningView) -> str:
    job, wanted_on, last, cause = page.job, page.deployed == "on", page.job.status.last_execution, _why_not(page.job)
    ended = is_refused_token(cause.code, cause.refused_with)
    if wanted_on and page.expired and (ended or not job.active):
        return f"the token expired at {to_text(page.expired)}: `pulumi up --refresh` rotates it and starts provisioning"
    if wanted_on and ended:
        ago = f", {in_words(page.at - last.time_began)} ago" if last and last.time_began else ""
        return (
            "GreenLake refuses the token that Entra holds: `pulumi up --refresh` rotates it or saves it anew and "
            f"starts provisioning (seen at the last attempt{ago})"
        )
    if job.active and job.quarantine_cause:
        return advice(cause.code, cause.refused_with) or _in_its_words(cause)
    if job.active != wanted_on:
        return f"{(_given_up(job) or _to_start(job)) if wanted_on else '`scimctl stop`'}, or `pulumi up --refresh`"
    return "`pulumi up --refresh` repairs it"


def _which(job: JobReport) -> str:
    """Return which cycles failed."""
    count = job.status.count_successive_complete_failures
    return f"the last {count} cycles" if count > 1 else "the last cycle"


def _to_start(job: JobReport) -> str:
    """Return how to start a job; one whose initial cycle failed too often has to be corrected before."""
    if not job.status.escrows_pruned:
        return "`scimctl start`"
    return (
        "too much failed in the initial cycle, after which Entra pauses a job: `scimctl logs --failures --group-by "
        "error` shows what; correct it, then `scimctl start`"
    )


def _given_up(job: JobReport) -> str:
    """Return what to do before a job is started that was in quarantine, "" for another: Entra leaves the reason."""
    left = job.status.quarantine
    cause = left and (left.error or Failure(code=left.reason))
    if not cause or not cause.code:
        return ""
    todo = advice(cause.code, cause.refused_with) or cause.message.rstrip(".") or "see the logs"
    start = "" if todo.endswith("`scimctl start`") else "; then `scimctl start`"
    return f"it was in quarantine ({masked(cause.code)}): {todo}{start}"


def _why_not(job: JobReport) -> Failure:
    """Return why nothing is pushed: Entra switches a job off after four weeks of quarantine, and leaves the reason."""
    last, one = job.status.last_execution, job.status.quarantine
    left = one.error if one and not job.active else None
    return job.quarantine_cause or left or (last and last.state == "Failed" and last.error) or Failure()


def _in_its_words(cause: Failure) -> str:
    """Return what to do about a cause whose code is not known, with Entra's words for it."""
    return f"{cause.message.rstrip('.')}; {_CAUSE}" if cause.message else _CAUSE


class Overlap(str, Enum):
    """Whether the token before the present one may still be accepted, as far as that is known without asking."""

    CLOSED = "closed"
    OPEN = "open"
    USED = "used"

    @property
    def words(self) -> str:
        """Return it in words."""
        return {
            Overlap.OPEN: "open at the last look: Entra's next cycle closes it",
            Overlap.USED: "closed by a cycle since, it seems; the next `pulumi up --refresh` records it",
        }.get(self, "closed")


def overlap(page: ProvisioningView) -> Overlap:
    """Judge by the last run, and by the last cycle that succeeded: it has used the new token."""
    if not page.overlap_open:
        return Overlap.CLOSED
    return Overlap.USED if page.used else Overlap.OPEN
