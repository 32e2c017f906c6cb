"""The ways in which a run is hit while one of its exchanges is under way."""

import signal
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from tests.e2e.killed.exchange import Exchange, log_of
from tests.e2e.killed.operation import Operation
from tests.e2e.killed.processes import Engine, wait_for
from tests.e2e.workspace import Workspace

_QUIET_S = 1.2  # no plugin here waits longer between two calls of one verb, unless a token was refused
_Blow = Callable[[Engine, "Held"], None]


class Held:
    """The exchange that the sandbox keeps from going on, in a run of the engine."""

    def __init__(self, workspace: Workspace, exchange: Exchange, when: str) -> None:
        self._world, self._exchange = workspace.world, exchange
        self._since = self._world.last_request()
        self._put([exchange.fault(action="hold", when=when)])

    def wait(self, engine: Engine) -> None:
        """Wait until the exchange has come."""
        wait_for(lambda: self._has_come() or engine.has_ended, f"{self._exchange}")
        assert self._has_come(), f"the run ended without {self._exchange}"

    def is_over(self) -> bool:
        """Return whether it was answered, or left by its client."""
        entries = log_of(self._world, self._exchange.world, self._since)
        return sum(map(self._exchange.matches, entries)) > self._exchange.skip

    def let_go(self) -> None:
        """Let it go on, if its client is still there."""
        self._put([])

    def wait_for_quiet(self) -> None:
        """Wait until the program has sent nothing for a while."""
        latest, at = -1, time.monotonic()
        while time.monotonic() - at < _QUIET_S:
            seen = len(self._world.requests(self._since))
            latest, at = (seen, time.monotonic()) if seen != latest else (latest, at)
            time.sleep(0.1)

    def _has_come(self) -> bool:
        answer = self._world.sandbox.control("GET", f"/worlds/{self._exchange.world}/faults")
        return [fault["times"] for fault in answer.raise_for_status().json()] == [0]

    def _put(self, faults: list[dict[str, object]]) -> None:
        self._world.sandbox.control("PUT", f"/worlds/{self._exchange.world}/faults", faults).raise_for_status()


def _all(engine: Engine, held: Held) -> None:
    """Kill everything while the exchange hangs; what it asks for is not done any more."""
    engine.kill_all()
    wait_for(held.is_over, "the sandbox to see that its client has gone")


def _all_with_the_answer(engine: Engine, held: Held) -> None:
    """Freeze the engine, let the answer come, and kill everything before the engine writes it down."""
    engine.send(signal.SIGSTOP)
    held.let_go()
    wait_for(held.is_over, "the answer")
    engine.kill_all()


def _engine_alone(engine: Engine, held: Held) -> None:
    """Kill the engine and let the orphaned plugin end what it does."""
    engine.kill_alone()
    held.let_go()
    wait_for(held.is_over, "the orphan's answer")
    held.wait_for_quiet()
    engine.kill_all()


def _signalled(number: signal.Signals) -> _Blow:
    """Signal the engine, as a runner does that has to stop, and let it end by itself."""

    def blow(engine: Engine, held: Held) -> None:
        engine.send(number)
        held.let_go()
        wait_for(lambda: engine.has_ended, f"the engine to end after {number.name}")
        engine.kill_all()

    return blow


_BLOWS: Mapping[str, tuple[str, _Blow]] = {
    "before it is carried out": ("before", _all),
    "before it is answered": ("after", _all),
    "before the answer is written down": ("after", _all_with_the_answer),
    "engine alone": ("before", _engine_alone),
    "SIGTERM": ("before", _signalled(signal.SIGTERM)),
    "SIGINT": ("before", _signalled(signal.SIGINT)),
}
KILLS = tuple(name for name in _BLOWS if not name.startswith("SIG"))
SIGNALS = tuple(name for name in _BLOWS if name.startswith("SIG"))


def strike(workspace: Workspace, operation: Operation, exchange: Exchange, blow: str, log: Path) -> None:
    """Run an operation and hit it at one exchange."""
    when, hit = _BLOWS[blow]
    held = Held(workspace, exchange, when)
    engine = Engine(workspace, operation, log)
    try:
        held.wait(engine)
        hit(engine, held)
    finally:
        held.let_go()
        engine.kill_all()
