"""Everything that may happen in a walk, by name, with what must be true afterwards.

A step returns nothing; what it found wrong is in `problems`. So a walk that failed can be written down as a plain test:
the same calls, in order.
"""

import os
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from unittest.mock import patch

from tests.walks import invariants
from tests.walks.clock import Clock
from tests.walks.config import Config
from tests.walks.cycles import INTERVAL_S, Cycles, arm, program_faults
from tests.walks.deployment import Deployment
from tests.walks.ends import Story, excuse
from tests.walks.faults import fault
from tests.walks.stack import Outcome, Stack
from tests.walks.tenant import Tenant

_QUIET_RUNS = 6
_LONG_S = 3700  # more than a cycle's interval, and than the hour after which an untested token is drift
TIMES = ("a minute", "an interval", "an hour", "a month", "until it is due", "until it nearly expires")
TAMPERINGS: Mapping[str, Callable[[Tenant], None]] = {
    "secret overwritten": Tenant.overwrite_secret,
    "job paused": Tenant.pause,
    "job deleted": Tenant.delete_job,
    "mappings edited": Tenant.map_titles,
    "somebody assigned": Tenant.assign_somebody,
}
BY_HAND = ("tokens deleted", "rotated at once", "rotated with overlap")


class Walk:
    """A stack with its world, and what has happened to them."""

    def __init__(self, tenant: Tenant, clock: Clock, stack: Stack) -> None:
        self.tenant, self.world, self.clock, self.stack = tenant, tenant.world, clock, stack
        self.config = Config()
        self.story = Story()
        self.unseen: set[str] = set()  # what somebody else did since the program last looked
        self.overwritten = False  # the secret was, and Entra has not been tested since
        self.problems: list[str] = []
        self.was_closed = False  # the overlap, as the last run began
        self._older: dict[str, Any] = {}
        self.settings: dict[str, Any] = tenant.world.control("GET")["settings"]
        self.cycles = Cycles(tenant, clock, self._push_failed)

    @property
    def has_job(self) -> bool:
        return self.tenant.job() is not None

    @property
    def can_hold(self) -> bool:
        """Return whether a cycle comes by itself and none is held."""
        job = self.tenant.job()
        return job is not None and job["schedule"]["state"] == "Active" and not self.cycles.is_held

    @property
    def knows_its_workspace(self) -> bool:
        """Return whether state has the workspace's claims; without them a bearer of another one cannot be known."""
        return bool(self.deployment.state.get("token", {}).get("workspace_claims"))

    def may(self, name: str, arguments: Mapping[str, Any]) -> bool:
        """Return whether a step can be taken now."""
        if name == "by_hand":
            return not self.awaits_faults
        return arguments.get("what") not in TAMPERINGS or self.has_job

    @property
    def awaits_faults(self) -> bool:
        """Return whether a request to come will be harmed, which may then be anybody's but Entra's."""
        return bool(program_faults(self.world))

    # What the program's own people do.

    def up(self, *, refresh: bool = False, cut: str = "") -> None:
        """Run `up`; then do what the message of a stop asks for, before the next one."""
        run = invariants.Run(self.tenant, self.clock, refreshed=refresh)
        self._look()
        self._older = dict(self.stack.state) if isinstance(self.stack, Deployment) else {}
        outcome = self.stack.up(self.config, refresh=refresh, cut=cut)
        self._notice(run, outcome)
        if outcome.is_fine and run.has_tested():
            self.overwritten = False
        self.cycles.settle()
        if outcome.is_fine:
            self.problems += invariants.after_up(run, self)
            self.configure(adopt_existing=False, remove_current=False)
        elif outcome.error:
            self._obey(run, outcome.error)

    def target(self, what: str) -> None:
        """Run `up --target` of one resource, which leaves the others to a later run."""
        if what in self.deployment.state and not self.deployment.needs_more(what):
            run = invariants.Run(self.tenant, self.clock, refreshed=False)
            outcome = self.deployment.up(self.config, refresh=False, cut="", target=what)
            self._notice(run, outcome)
            self.cycles.settle()

    def refresh(self) -> None:
        self._look()
        run = invariants.Run(self.tenant, self.clock, refreshed=True)
        outcome = self.stack.refresh()
        self._notice(run, outcome)
        self.cycles.settle()
        if outcome.is_fine:
            self.problems += invariants.after_refresh(run, self)
        elif outcome.error and not run.met_a_fault():
            self.problems.append(f"a refresh failed without a fault: {outcome.error}")

    def drift(self) -> None:
        """Preview with a refresh, as a nightly run does."""
        run = invariants.Run(self.tenant, self.clock, refreshed=False)
        outcome = self.stack.drift(self.config)
        self._notice(run, outcome)
        self.cycles.settle()
        if outcome.error and not run.met_a_fault():
            self.problems.append(f"a drift run failed without a fault: {outcome.error}")

    def destroy(self, *, cut: str = "") -> None:
        self.cycles.release()
        run = invariants.Run(self.tenant, self.clock, refreshed=False)
        self.story.were_deleted = True
        outcome = self.stack.destroy(cut)
        self._notice(run, outcome)
        if outcome.is_fine:
            self.unseen.clear()
            self.overwritten = False
            self.problems += invariants.after_destroy(run, self)
        else:
            self.unseen.add("a destroy that did not end")
            if outcome.error and not run.met_a_fault():
                self.problems.append(f"a destroy failed without a fault: {outcome.error}")

    def with_another_bearer(self, command: str) -> None:
        """Run `up` or `destroy` with the API client of another workspace, which must not get a token by it."""
        self.cycles.release()
        run, other = invariants.Run(self.tenant, self.clock, refreshed=False), self.tenant.other
        assert other
        clients = {name: value for name, value in other.environ().items() if name.startswith("HPEGL_")}
        with patch.dict(os.environ, clients):
            if command == "up":
                outcome = self.deployment.up(self.config, refresh=False, cut="")
            else:
                outcome = self.deployment.destroy("")
                self.unseen.add("a destroy that did not end")
        self._notice(run, outcome)
        self.cycles.settle()
        if other.control("GET")["tokens"] or run.new_tokens():
            self.problems.append("a token was made with the bearer of another workspace")

    def configure(self, **changes: Any) -> None:
        """Change the stack file."""
        self.config = replace(self.config, **changes)

    def rotate(self, *, at_once: bool = False) -> None:
        """Change the trigger of rotations in the stack file."""
        self.configure(trigger=self.config.trigger + 1, remove_current=at_once)

    # What others do, and what happens by itself.

    def lose(self, what: str) -> None:
        """Take a resource out of state, as `pulumi state delete` does."""
        if what == "token" and self.stack.token():
            self.story.unanswered.add(self.stack.token())
            self.story.were_lost = True
        self.deployment.state.pop(what, None)
        self.unseen.add(f"{what} lost from state")

    def import_older(self) -> None:
        """Put back what state was before the last `up`, as `pulumi stack import` of an older export does."""
        present = self.stack.token()
        self.deployment.state = dict(self._older)
        if present not in ("", self.stack.token()):
            self.story.unanswered.add(present)
            self.story.were_lost |= not self.stack.token()  # state of before the first deployment
        self.unseen.add("an older state")

    def runner(self, ahead_s: int) -> None:
        """Let another machine run the next commands, whose clock is so much ahead."""
        self.clock.skew = timedelta(seconds=ahead_s)

    def tamper(self, what: str) -> None:
        if what == "job deleted":
            self.cycles.release()
        TAMPERINGS[what](self.tenant)
        self.unseen.add(what)
        self.overwritten = self.overwritten or what == "secret overwritten"

    def by_hand(self, what: str) -> None:
        """Somebody calls GreenLake's token API with curl."""
        self.unseen.add(what)
        if what == "tokens deleted":
            self.story.were_deleted = True
            self.tenant.delete_tokens()
        else:
            self.story.by_others.add(self.tenant.rotate(at_once=what == "rotated at once"))

    def fault(self, what: str, harm: str, skip: int, times: int) -> None:
        """Let some of the program's next requests come to harm, and no others that were to."""
        arm(self.world, [fault(what, harm, skip, times)])

    def time_passes(self, how: str) -> None:
        self.clock.advance(self._seconds(how))
        self.cycles.settle()

    def cycle_begins(self, skip: int, sleeps: int) -> None:
        self.cycles.hold(skip, sleeps)

    def cycle_ends(self) -> None:
        self.cycles.release()

    def end(self) -> None:
        """Leave everything in peace: a few more runs, an hour apart, end well."""
        self.cycles.release()
        arm(self.world, [])
        wrong: list[str] = []
        for _ in range(_QUIET_RUNS):
            self.clock.advance(_LONG_S)
            self.cycles.settle()
            self.up(refresh=True)
            wrong = invariants.in_the_end(self)
            if not wrong:
                return
        self.problems += [f"after {_QUIET_RUNS} quiet runs: {each}" for each in wrong]

    def check(self) -> None:
        """Raise AssertionError where anything was wrong."""
        assert not self.problems, "\n".join(self.problems)

    @property
    def deployment(self) -> Deployment:
        """Return the stack of a walk in this process, whose state can be harmed."""
        assert isinstance(self.stack, Deployment)
        return self.stack

    def _look(self) -> None:
        """Remember whether an overlap is open as a run begins; a status of the token before knows nothing of it."""
        seen = self.stack.seen()
        self.was_closed = seen is not None and seen.overlap == "closed" and seen.status_of == seen.token

    def _notice(self, run: invariants.Run, outcome: Outcome) -> None:
        """Take in what a run did, reported or not."""
        made = set(run.new_tokens())
        if made:
            self.story.unanswered |= made - {self.stack.token()}
            self.story.at_once |= made if self.config.remove_current else set()
        if run.refreshed and not outcome.error and not self._is_ending():
            self.unseen.clear()

    def _is_ending(self) -> bool:
        """Return whether the token in state ends by a delay, which nobody sees before."""
        own = self.stack.token()
        return any(one["fingerprint"] == own and one["live"] and one["ended_at"] for one in self.tenant.tokens())

    def _obey(self, run: invariants.Run, error: str) -> None:
        """Do what the message of a stop asks for; a failure that nothing explains is a problem."""
        if "exists already" in error:
            self.problems += invariants.of_a_token_that_exists(self, error)
            self.configure(adopt_existing=True)
        elif "fails with the new token as well" in error and "removeCurrent: true" in error:
            self.problems += invariants.of_a_dead_token(self, run, error)
            self.rotate(at_once=True)
        elif "if the token itself has ended" in error and self.stack.has_adopted() and not run.met_a_fault():
            self.problems += invariants.of_a_dead_token(self, run, error)
            self.rotate()
        elif not run.met_a_fault() and (run.refreshed or not self.unseen):
            self.problems.append(f"a run failed without a fault: {error}")

    def _seconds(self, how: str) -> float:
        tokens = self.tenant.tokens()
        newest = datetime.fromisoformat(tokens[-1]["issued_at"]) if tokens else self.clock.now()
        moments = {"until it is due": timedelta(days=60), "until it nearly expires": timedelta(days=90, minutes=-3)}
        if how in moments:
            return max(1.0, (newest + moments[how] - self.clock.now()).total_seconds())
        return {"a minute": 60, "an interval": INTERVAL_S, "an hour": _LONG_S, "a month": 30 * 24 * 3600}[how]

    def _push_failed(self, token: str) -> None:
        why = excuse(token, self.tenant.tokens(), self.story, self.settings, self.clock.now())
        if not why:
            self.problems.append(f"a push failed with the token {token}: {self.tenant.tokens()}")
