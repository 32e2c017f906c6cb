"""Entra's provisioning cycles as time brings them, one of which may hang in the middle while the program runs.

A cycle begins when its time has come or the job was started, and no step of a walk ends before it has ended too, unless
it is held: so a walk is the same every time.
"""

import time
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta, timezone
from typing import Any

from tests.sandbox.driver import PATIENCE_S, World
from tests.walks.clock import Clock
from tests.walks.tenant import Tenant

INTERVAL_S = 2400
_PERHAPS_S = 2.0  # the sandbox looks for jobs that are due five times a second
_SOON = timedelta(seconds=30)  # no step takes longer, so what is not due by then does not come in the middle of one
_LONG_AGO = datetime.min.replace(tzinfo=timezone.utc)
Json = dict[str, Any]


class Cycles:
    """The cycles of a tenant's job; `refused` hears of the tokens with which pushes failed."""

    def __init__(self, tenant: Tenant, clock: Clock, refused: Callable[[str], None]) -> None:
        self._tenant, self._world, self._clock, self._refused = tenant, tenant.world, clock, refused
        self._last = ""
        self._woken = ""
        self._since = self._scanned = tenant.world.last_request()
        self._sleeps = 0
        self.is_held = False
        clock.after_sleep = self._slept

    def hold(self, skip: int, sleeps: int) -> None:
        """Let the next scheduled cycle begin and hang at one of its requests, until the program has slept so often."""
        job = self._tenant.job()
        assert job
        arm(self._world, [*program_faults(self._world), _hold(skip)])
        self._clock.advance(max(0.0, (_due(job) - self._clock.now()).total_seconds()))
        self._wait(lambda: self._is_hit() or self._has_ended())
        self.is_held, self._sleeps = self._is_hit(), sleeps
        if not self.is_held:
            arm(self._world, program_faults(self._world))
            self._ended()
            self.settle()

    def release(self) -> None:
        """Let the held cycle complete."""
        if self.is_held:
            self._notice_starts()
            arm(self._world, program_faults(self._world))
            self._wait(self._has_ended)
            self._ended()
            self.is_held = False
            self.settle()

    def settle(self) -> None:
        """Wait for the cycles that begin by themselves to end."""
        while not self.is_held:
            self._notice_starts()
            job = self._tenant.job()
            if job is None or job["schedule"]["state"] != "Active":
                return
            left = _due(job) - self._clock.now()
            if not self._woken and left > _SOON:
                return
            if not self._woken:
                self._clock.advance(max(0.0, left.total_seconds()))
            came = self._wait(self._has_ended, _PERHAPS_S if self._woken == "perhaps" else PATIENCE_S)
            assert came or self._woken == "perhaps", "no cycle came, although one was due"
            self._woken = ""
            if came:
                self._ended()

    def _slept(self) -> None:
        """Take notice that the program slept, after which a cycle may have ended or another begun."""
        if self.is_held:
            self._sleeps -= 1
            if self._sleeps == 0:
                self.release()
        else:
            self.settle()

    def _notice_starts(self) -> None:
        """Note that the job was started, which may have been done although the answer denies it."""
        for one in self._world.requests(self._scanned):
            if one["service"] == "graph" and one["method"] == "POST" and one["path"].endswith("/start"):
                self._woken = "surely" if one["status"] == 204 else self._woken or "perhaps"
        self._scanned = self._world.last_request()

    def _is_hit(self) -> bool:
        held = [one for one in self._world.control("GET", "/faults") if one["action"] == "hold"]
        return bool(held) and held[0]["times"] == 0

    def _has_ended(self) -> bool:
        job = self._tenant.job()
        return job is None or _execution(job) not in ("", self._last)

    def _ended(self) -> None:
        """Note a cycle that has ended, and with which tokens its pushes failed."""
        self._last = _execution(self._tenant.job())
        pushes = _pushes(self._world.log(self._since))
        self._since = self._world.last_request()
        for token in sorted({one["token"] for one in pushes if one["status"] == 401}):
            self._refused(token)

    def _wait(self, holds: Callable[[], bool], seconds: float = PATIENCE_S) -> bool:
        end = time.monotonic() + seconds
        while not holds():
            if time.monotonic() > end:
                return False
            time.sleep(0.01)
        return True


def program_faults(world: World) -> list[Json]:
    """Return the faults that still wait for the program."""
    return [one for one in world.control("GET", "/faults") if one["action"] != "hold" and one["times"]]


def arm(world: World, faults: Iterable[Json]) -> None:
    """Set the faults; a request that the former ones held goes on."""
    world.control("PUT", "/faults", list(faults))


def _pushes(requests: list[Json]) -> list[Json]:
    """Return what the engine sent in cycles: the queries right before a Test Connection's answer belong to that."""
    found: list[Json] = []
    for one in requests:
        if one["client"] == "engine":
            found.append(one)
        elif one["path"].endswith("/validateCredentials"):
            before = one["seq"] - 1
            while found and found[-1]["seq"] == before:
                before = found.pop()["seq"] - 1
    return found


def _hold(skip: int) -> Json:
    return {"service": "scim", "client": "engine", "action": "hold", "skip": skip}


def _execution(job: Json | None) -> str:
    last: Json | None = job and job["status"]["lastExecution"]
    return str(last["activityIdentifier"]) if last else ""


def _due(job: Json) -> datetime:
    """Return when the next scheduled cycle begins, as the sandbox reckons."""
    status = job["status"]
    if status["quarantine"]:
        return _moment(status["quarantine"]["nextAttempt"])
    last = status["lastExecution"]
    return _moment(last["timeBegan"]) + timedelta(seconds=INTERVAL_S) if last else _LONG_AGO


def _moment(text: str) -> datetime:
    return datetime.strptime(text[:26], "%Y-%m-%dT%H:%M:%S.%f").replace(tzinfo=timezone.utc)
