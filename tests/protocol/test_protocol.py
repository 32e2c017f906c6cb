"""No push is lost and one more `up` ends right, whatever the services do; and each rule is needed for that."""

import gc
import sys
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from providers.greenlake.rotation import Subject
from tests.protocol.exploration import EVERY_SERVICE, explore
from tests.protocol.story import Decisions, Services, World


@pytest.fixture(autouse=True)
def _no_search_for_cycles() -> Iterator[None]:
    """Leave out what takes half of the time: worlds refer to no other world, so there is nothing to find."""
    gc.disable()
    yield
    gc.enable()


def _always(answer: Any) -> Any:
    """Return a decision that looks at nothing."""

    def decide(*_values: object, **_facts: object) -> Any:
        return answer

    return decide


WITHOUT: dict[str, dict[str, Any]] = {
    "one overlap at a time": {"finish_first": _always(False)},
    "only up uses the new token": {"subject": _always(Subject.CURRENT), "may_ask": _always(True)},
    "a read asks between cycles": {"is_quiet": _always(True)},
    "the test comes between cycles": {"must_wait": _always(False)},
    "orphans are waited for": {"waits_for_orphans": False},
}


def _name(services: Services) -> str:
    return f"{services.old_ends}-{services.second_rotation}-{services.entra_reads}"


@pytest.mark.parametrize("services", EVERY_SERVICE, ids=_name)
def test_no_push_is_lost_and_one_more_up_ends_right(services: Services, capsys: pytest.CaptureFixture[str]) -> None:
    found = explore(services, Decisions())
    with capsys.disabled():
        sys.stdout.write(f"\n{_name(services)}: {found.states:,} states ")
    assert found.broken == {}


@pytest.mark.parametrize("rule", WITHOUT)
def test_without_any_one_rule_a_promise_is_broken(rule: str, capsys: pytest.CaptureFixture[str]) -> None:
    decisions = replace(Decisions(), **WITHOUT[rule])
    for services in EVERY_SERVICE:
        broken = explore(services, decisions).broken
        if broken:
            with capsys.disabled():
                promise, told = next(iter(broken.items()))
                sys.stdout.write(f"\nwithout '{rule}', {promise}: {told} ")
            return
    pytest.fail(f"nothing was broken without the rule '{rule}'")


UNREADABLE = World(unreadable=1, kills=1, faults=0, refreshes=1, hours=0)


@pytest.mark.parametrize("services", EVERY_SERVICE, ids=_name)
def test_a_rotation_that_cannot_be_read_costs_no_push_until_somebody_asks_for_another(services: Services) -> None:
    found = explore(services, Decisions(), UNREADABLE)
    assert found.broken == {}


def test_without_holding_back_the_run_after_an_unread_rotation_loses_a_push(
    capsys: pytest.CaptureFixture[str],
) -> None:
    decisions = replace(Decisions(), holds_back=_always(False))
    broken = [explore(services, decisions, UNREADABLE).broken for services in EVERY_SERVICE]
    with capsys.disabled():
        sys.stdout.write(f"\nwithout holding back: {next(each['LOST PUSH'] for each in broken if each)} ")
    found = zip(EVERY_SERVICE, broken, strict=True)
    assert {services.second_rotation for services, each in found if each} == {"shifts"}
