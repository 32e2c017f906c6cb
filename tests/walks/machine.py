"""The state machine: everything that may happen in a walk, in whatever order Hypothesis finds worth trying."""

import time
from contextlib import ExitStack
from datetime import timedelta
from typing import Any, ClassVar

import pytest
import tenacity
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from tests.walks import faults
from tests.walks.clock import Clock
from tests.walks.cycles import INTERVAL_S
from tests.walks.deployment import CUTS, ORDER, Deployment
from tests.walks.tenant import Tenant
from tests.walks.walk import BY_HAND, TAMPERINGS, TIMES, Walk

CLOCKS = (0, 300, -300, 2 * 3600, -2 * 3600)  # seconds ahead of the services
_LONGEST_HOLD = 5  # steps: the sandbox's engine waits 20 s for an answer

SETTINGS = st.fixed_dictionaries(
    {
        "old_token_ends": st.sampled_from(["use", "delay"]),
        "second_rotation": st.sampled_from(["replaces", "adds", "shifts"]),
        "entra_reads": st.sampled_from(["cycle", "request"]),
        "second_create": st.sampled_from(["conflict", "adds", "replaces"]),
        "delete": st.sampled_from(["supported", "refused", "absent"]),
        "token_shape": st.sampled_from(["object", "token_only", "epoch_ms", "text", "jwt"]),
    }
)
MOSTLY_NOT = st.sampled_from([False, False, False, True])
SKIP = st.integers(0, 4)  # of the requests of a cycle: two queries for nobody, then pushes
SLEEPS = st.sampled_from([1, 3, 100])
CUT = st.one_of(st.just(""), st.just(""), st.sampled_from(CUTS))


def begun(tenant: Tenant, settings: dict[str, Any], skew_s: int, monkeypatch: pytest.MonkeyPatch) -> Walk:
    """Begin a walk in a world that is brought back to its first day."""
    world = tenant.world
    world.fail()
    world.control("POST", "/restore")
    world.control("DELETE", "/requests")
    world.set(cycle_interval_s=INTERVAL_S, quarantine_ladder_s=[INTERVAL_S], turnover_per_cycle=1, **settings)
    clock = Clock(world, timedelta(seconds=skew_s))
    clock.install(monkeypatch)
    monkeypatch.setattr("providers.http.transport._backoff", tenacity.wait_none())
    for name, value in world.environ().items():
        monkeypatch.setenv(name, value)
    return Walk(tenant, clock, Deployment(tenant))


class Steps:
    """How many steps were walked, and how long that took."""

    def __init__(self) -> None:
        self.number = 0
        self._began = time.monotonic()

    def count(self) -> None:
        self.number += 1

    def __str__(self) -> str:
        return f"{self.number:,} steps in {time.monotonic() - self._began:.0f} s"


class Machine(RuleBasedStateMachine):
    """Walks in a tenant and counts its steps."""

    tenant: ClassVar[Tenant]
    steps: ClassVar[Steps]
    walk: Walk

    def __init__(self) -> None:
        super().__init__()
        self._open = ExitStack()
        self._held_for = 0

    @initialize(settings=SETTINGS, skew_s=st.sampled_from(CLOCKS), cut=CUT)
    def begin(self, settings: dict[str, Any], skew_s: int, cut: str) -> None:
        monkeypatch = self._open.enter_context(pytest.MonkeyPatch.context())
        self.walk = begun(self.tenant, settings, skew_s, monkeypatch)
        self.walk.up(cut=cut)

    @rule(refresh=st.booleans(), cut=CUT)
    def up(self, refresh: bool, cut: str) -> None:
        self.walk.up(refresh=refresh, cut=cut)

    @rule(at_once=MOSTLY_NOT, refresh=st.booleans(), cut=CUT)
    def rotation(self, at_once: bool, refresh: bool, cut: str) -> None:
        self.walk.rotate(at_once=at_once)
        self.walk.up(refresh=refresh, cut=cut)

    @precondition(lambda self: self.walk.can_hold)
    @rule(skip=SKIP, sleeps=SLEEPS, cut=CUT, then=st.sampled_from(["", "refresh", "drift", "rotation"]))
    def rotation_in_a_cycle(self, skip: int, sleeps: int, cut: str, then: str) -> None:
        self.cycle_begins(skip=skip, sleeps=sleeps)
        self.rotation(at_once=False, refresh=False, cut=cut)
        if then == "rotation":
            self.rotation(at_once=False, refresh=False, cut="")
        elif then:
            getattr(self, then)()

    @rule(what=st.sampled_from(ORDER))
    def lose(self, what: str) -> None:
        self.walk.lose(what)

    @rule(what=st.sampled_from(ORDER), rotates=st.booleans())
    def target(self, what: str, rotates: bool) -> None:
        if rotates:
            self.walk.rotate()
        self.walk.target(what)

    @precondition(lambda self: self.walk.knows_its_workspace)
    @rule(command=st.sampled_from(["up", "destroy"]), rotates=st.booleans())
    def with_another_bearer(self, command: str, rotates: bool) -> None:
        if rotates:
            self.walk.rotate()
        self.walk.with_another_bearer(command)

    @rule()
    def import_older(self) -> None:
        self.walk.import_older()

    @rule(ahead_s=st.sampled_from(CLOCKS))
    def runner(self, ahead_s: int) -> None:
        self.walk.runner(ahead_s)

    @rule()
    def refresh(self) -> None:
        self.walk.refresh()

    @rule()
    def drift(self) -> None:
        self.walk.drift()

    @rule(off=MOSTLY_NOT, updates=st.booleans())
    def settings(self, off: bool, updates: bool) -> None:
        self.walk.configure(on=not off, updates=updates)

    @precondition(lambda self: self.walk.has_job)
    @rule(what=st.sampled_from(sorted(TAMPERINGS)))
    def tamper(self, what: str) -> None:
        self.walk.tamper(what)

    @precondition(lambda self: not self.walk.awaits_faults)
    @rule(what=st.sampled_from(BY_HAND))
    def by_hand(self, what: str) -> None:
        self.walk.by_hand(what)

    @precondition(lambda self: not self.walk.cycles.is_held)
    @rule(
        what=st.sampled_from(sorted(faults.TARGETS)),
        harm=st.sampled_from(sorted(faults.HARMS)),
        skip=st.integers(0, 2),
        times=st.integers(1, 3),
    )
    def fault(self, what: str, harm: str, skip: int, times: int) -> None:
        self.walk.fault(what, harm, skip, times)

    @rule(how=st.sampled_from(TIMES))
    def time_passes(self, how: str) -> None:
        self.walk.time_passes(how)

    @precondition(lambda self: self.walk.can_hold)
    @rule(skip=SKIP, sleeps=SLEEPS)
    def cycle_begins(self, skip: int, sleeps: int) -> None:
        self.walk.cycle_begins(skip, sleeps)
        self._held_for = 0

    @precondition(lambda self: self.walk.cycles.is_held)
    @rule()
    def cycle_ends(self) -> None:
        self.walk.cycle_ends()

    @rule(cut=CUT)
    def destroy(self, cut: str) -> None:
        self.walk.destroy(cut=cut)

    @invariant()
    def nothing_is_wrong(self) -> None:
        self.steps.count()
        self.walk.check()
        self._held_for += 1
        if self._held_for > _LONGEST_HOLD:
            self.walk.cycle_ends()
            self.walk.check()

    def teardown(self) -> None:
        with self._open:
            if hasattr(self, "walk") and not self.walk.problems:
                self.walk.end()
                self.walk.check()


def machine(tenant: Tenant, steps: Steps) -> type[Machine]:
    """Return the machine that walks in this tenant."""
    return type("Walking", (Machine,), {"tenant": tenant, "steps": steps})
