"""What must be true after a run: one live token, Entra holds it, and state is true.

Nothing is claimed of what the program could not see: what somebody else did since its last refresh, or to the
secret since Entra was last tested.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from tests.walks.clock import Clock
from tests.walks.cycles import program_faults
from tests.walks.ends import is_live
from tests.walks.stack import Seen
from tests.walks.tenant import Tenant

if TYPE_CHECKING:
    from tests.walks.walk import Walk

Json = dict[str, Any]


class Run:
    """How things were before a run, and what happened in it."""

    def __init__(self, tenant: Tenant, clock: Clock, *, refreshed: bool) -> None:
        self._tenant = tenant
        self.refreshed = refreshed
        self.began = clock.now()
        self.before = tenant.tokens()
        self._since = tenant.world.last_request()
        self._faults = _waiting(tenant)

    def met_a_fault(self) -> bool:
        return _waiting(self._tenant) != self._faults

    def new_tokens(self) -> list[str]:
        known = {one["fingerprint"] for one in self.before}
        return [one["fingerprint"] for one in self._tenant.tokens() if one["fingerprint"] not in known]

    def has_tested(self) -> bool:
        """Return whether Entra tested in this run what it holds, and found it accepted."""
        sent = self._tenant.world.requests(self._since)
        return any(one["path"].endswith("/validateCredentials") and one["status"] == 204 for one in sent)

    def was_live(self, token: str) -> bool:
        """Return whether GreenLake accepted a token at any time since the run began."""
        return any(one["fingerprint"] == token and is_live(one, self.began) for one in self._tenant.tokens())


def _waiting(tenant: Tenant) -> int:
    """Count how often requests are still to come to harm."""
    return sum(one["times"] for one in program_faults(tenant.world))


def after_up(run: Run, walk: "Walk") -> list[str]:
    """List what is wrong after an `up` that ended well."""
    seen = walk.stack.seen()
    if seen is None:
        return ["state is not whole after an up"]
    wrong = list(_of_state(run, walk, seen)) if run.refreshed else []
    if seen.status_of != seen.token:
        wrong.append("the status in state is that of another token")
    if seen.overlap == "closed" and not walk.unseen and not walk.overwritten:
        wrong += _of_one_token(walk, seen)
    return wrong


def after_refresh(run: Run, walk: "Walk") -> list[str]:
    """List what is wrong in state after a refresh."""
    seen = walk.stack.seen()
    return list(_of_state(run, walk, seen)) if seen else []


def after_destroy(run: Run, walk: "Walk") -> list[str]:
    """List which tokens live that the program ever had in state."""
    known = {one["fingerprint"] for one in run.before} - walk.story.strangers
    return [f"{each} lives after a destroy" for each in _live(walk) if each in known]


def in_the_end(walk: "Walk") -> list[str]:
    """List what is not as it must be once everything was left in peace."""
    seen = walk.stack.seen()
    if seen is None:
        return ["state is not whole"]
    wrong = list(_of_one_token(walk, seen))
    known = "unknown" if seen.adopted else "accepted"  # an adopted token is presented by nobody but Entra
    if (seen.overlap, seen.credentials, seen.state) != ("closed", "accepted", known):
        wrong.append(f"state has {seen}")
    drift = walk.stack.drift(walk.config)
    if drift.error or drift.changes:
        wrong.append(f"a drift run found {drift.error or drift.changes}")
    return wrong


def of_a_token_that_exists(walk: "Walk", error: str) -> list[str]:
    """Judge a stop at a token that exists: one that this stack lost, or that somebody else made, must live."""
    return [] if walk.story.strangers & set(_live(walk)) else [f"there is no such token: {error}"]


def of_a_dead_token(walk: "Walk", run: Run, error: str) -> list[str]:
    """Judge a stop at a token that Entra cannot use: somebody else must have ended it."""
    if walk.stack.token() in _live(walk) and not run.met_a_fault():
        return [f"the token lives: {error}"]
    story = walk.story
    return [] if story.by_others or story.were_deleted or run.met_a_fault() else [f"nobody ended the token: {error}"]


def _of_one_token(walk: "Walk", seen: Seen) -> Iterator[str]:
    live = _live(walk)
    # A token may end by a delay after the next one was used, as a refresh may find that it was.
    ending = {one["fingerprint"] for one in walk.tenant.tokens() if one["ended_at"]}
    if set(live) - ending != {seen.token}:
        yield f"the live tokens are {live} and not {seen.token}: {walk.tenant.tokens()}"
    if walk.tenant.held() != seen.token:
        yield f"Entra holds {walk.tenant.held()} and not {seen.token}"


def _of_state(run: Run, walk: "Walk", seen: Seen) -> Iterator[str]:
    """Compare state with what is, or was at some time in the run; what a fault hid it cannot know."""
    if run.met_a_fault():
        return
    if seen.state == "accepted" and seen.token not in _live(walk):
        yield f"state claims that {seen.token} is accepted"
    # After an adoption the token before is unknown, and a rotation that waits for it leaves an overlap in state.
    if seen.state == "overlap" and seen.previous != "?" and not seen.adopted and not run.was_live(seen.previous):
        yield f"state claims that there is an overlap with {seen.previous}"
    if seen.state == "refused" and seen.token in _live(walk):
        yield f"state claims that {seen.token} is refused"
    if seen.state == "unknown" and not seen.adopted and walk.was_closed:
        yield "state does not know whether the token is accepted"
    if seen.credentials == "accepted" and walk.tenant.held() not in _live(walk):
        yield "state claims that GreenLake accepts what Entra holds"
    job = walk.tenant.job()
    if job and seen.schedule != job["schedule"]["state"] and not _was_given_up(job):
        yield f"state claims that the schedule is {seen.schedule}"


def _was_given_up(job: Json) -> bool:
    """Return whether Entra disabled the job after weeks in quarantine: a cycle does that, also one after the look."""
    return job["schedule"]["state"] == "Disabled" and job["status"]["code"] == "Quarantine"


def _live(walk: "Walk") -> list[str]:
    return [one["fingerprint"] for one in walk.tenant.tokens() if one["live"]]
