"""One clock for the program and the services, which a walk sets forward.

The program's own clock is `providers.timestamps`, which reads `datetime` there and nowhere else. If the program
sleeps, time passes on both sides instead: its waits are minutes in a walk of seconds, and what is due then happens.
"""

import math
import time
from collections.abc import Callable
from datetime import datetime, timedelta, tzinfo
from types import SimpleNamespace

import pytest

from tests.sandbox.driver import World


class Clock:
    """The time of one world; `skew` is how far the program's clock is ahead of it."""

    def __init__(self, world: World, skew: timedelta) -> None:
        self._world = world
        self.skew = skew
        self._passed = timedelta()
        self._slept = 0.0
        self.after_sleep: Callable[[], None] = lambda: None

    def advance(self, seconds: float) -> None:
        """Let time pass; the world counts whole seconds."""
        whole = math.ceil(seconds)
        self._world.control("POST", "/clock", {"advance_s": whole})
        self._passed += timedelta(seconds=whole)

    def now(self) -> datetime:
        """Return the services' time."""
        return datetime.now().astimezone() + self._passed

    def install(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Give this clock to the program in this process."""
        clock = self

        class Shifted(datetime):
            @classmethod
            def now(cls, tz: tzinfo | None = None) -> datetime:  # pyright: ignore[reportIncompatibleMethodOverride] - Self
                return datetime.now(tz) + clock._passed + clock.skew

        stand_in = SimpleNamespace(sleep=self._sleep, monotonic=lambda: time.monotonic() + self._slept)
        monkeypatch.setattr("providers.timestamps.datetime", Shifted)
        for module in ("scim.probing", "entra.job.connection_test", "entra.job.consistency", "http.deadline"):
            monkeypatch.setattr(f"providers.{module}.time", stand_in)
        monkeypatch.setattr("providers.scim.used_tokens._SECONDS", 0.0)  # a walk's reads come one after another

    def _sleep(self, seconds: float) -> None:
        self._slept += seconds
        self.advance(seconds)
        self.after_sleep()
