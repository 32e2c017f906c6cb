"""How fast requests follow upon each other."""

import asyncio
import time

import pytest

from sandbox.provisioning.scim.pace import Pace, caught_up


def seconds_of(pace: Pace, turns: int) -> float:
    async def take() -> float:
        began = time.monotonic()
        for _ in range(turns):
            await pace.turn()
        return time.monotonic() - began

    return asyncio.run(take())


def test_no_more_turns_come_in_a_second_than_are_allowed() -> None:
    assert seconds_of(Pace(50), 11) >= 9 / 50


def test_without_a_limit_nobody_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr("asyncio.sleep", None)
        assert seconds_of(Pace(0), 1000) >= 0


def test_a_turn_that_was_missed_comes_at_once_and_so_do_those_after_it() -> None:
    assert caught_up(due=100.0, now=100.5) == 100.0
    assert caught_up(due=100.0, now=99.5) == 100.0


def test_no_more_than_a_second_is_caught_up_with() -> None:
    assert caught_up(due=100.0, now=160.0) == 159.0
