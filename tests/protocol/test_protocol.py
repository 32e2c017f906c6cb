"""No push is lost and one more `up` makes everything correct, whatever the services do; each rule is needed."""

import gc
import itertools
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from providers.entra.job import overlap
from providers.entra.job.job import Job
from providers.greenlake import rotation
from providers.greenlake.rotation import Kept, Known, Policy, Subject
from providers.scim.probing import Probe
from tests.full import only_in_full
from tests.protocol.exploration import EVERY_SERVICE, LONG, SHORT, explore
from tests.protocol.world import Decisions, Services, World

full = only_in_full("takes half an hour")


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


def _knowing(decide: Callable[..., Any], **facts: object) -> Any:
    """Return a decision that takes some facts for granted."""

    def decided(*values: object, **found: object) -> Any:
        return decide(*values, **{**found, **facts})

    return decided


def _waits_for_ever(policy: Policy, known: Known, previous: Probe | None, now: datetime) -> bool:
    return rotation.finish_first(policy, replace(known, expires_at=None, previous_expires_at=None), previous, now)


def _forgets_the_previous(*values: Any, **facts: Any) -> Kept:
    found = rotation.kept(*values, **facts)
    return Kept.NONE if found is Kept.PREVIOUS else found


def _forgets_adoptions(policy: Policy, known: Known, previous: Probe | None, now: datetime) -> bool:
    return rotation.finish_first(policy, replace(known, adopted=False), previous, now)


def _waits_for_cycles_only(job: Job, *, protected: bool, old_accepted: bool, settled: bool, **facts: datetime) -> bool:
    del settled
    return overlap.must_wait(job, protected=protected, old_accepted=old_accepted, settled=True, **facts)


# Each rule with the beginning of a story that needs it.
WITHOUT: dict[str, tuple[str, dict[str, Any]]] = {
    "one overlap at a time": ("rotations", {"finish_first": _always(False)}),
    "an adoption is an overlap": ("an adoption", {"finish_first": _forgets_adoptions}),
    "nothing left to protect is not waited for": ("an end after a kill", {"finish_first": _waits_for_ever}),
    "the token before may be in use after the present one has ended": (
        "an end after a kill",
        {"kept": _forgets_the_previous, "is_adoption": _always(False)},  # which alone protects it, too
    ),
    "a token that is kept was used before the next is issued": ("an imported state", {"presents_what_it_keeps": False}),
    "after a token that has ended another one may be in use": ("an imported state", {"is_adoption": _always(False)}),
    "a read presents only what Entra has been using": ("rotations", {"subject": _always(Subject.CURRENT)}),
    "a read asks between cycles": ("rotations", {"is_quiet": _always(True)}),
    "the test comes between cycles": ("rotations", {"must_wait": _always(False)}),
    "the test comes after the settle time": ("rotations", {"must_wait": _waits_for_cycles_only}),
    "a token is protected until Entra has used the next one": (
        "an adoption",
        {"protects": _knowing(overlap.protects, adopted=False)},
    ),
    "a cycle that began after the save shows what Entra uses": (
        "a test that was given up",
        {"is_in_use": _always(False)},
    ),
    "only a saved token is proven by a test": ("an older state", {"proves": _always(True)}),
    "a refusal counts if it is repeated": ("refusals", {"repeats": False}),
    "an earlier refusal is asked again": ("refusals", {"asks_again": False}),
    "after an unreadable answer a rotation is held back": ("unreadable answers", {"holds_back": _always(False)}),
    "orphans are waited for": ("rotations", {"waits_for_orphans": False}),
}


def _name(services: Services) -> str:
    return f"{services.old_ends}-{services.second_rotation}-{services.entra_reads}"


@pytest.mark.parametrize("beginning", SHORT)
@pytest.mark.parametrize("services", EVERY_SERVICE, ids=_name)
def test_no_push_is_lost_and_after_one_more_up_everything_is_correct(
    services: Services, beginning: str, record_property: Callable[[str, object], None]
) -> None:
    found = explore(replace(services, lag=True), Decisions(), SHORT[beginning])

    record_property("told", f"{beginning}, {_name(services)}: {found.states:,} states")
    assert found.broken == {}


def _with_few(world: World, few: int) -> Iterator[World]:
    """Give the world with each choice of a few things, each of which may happen once, and nothing else."""
    happenings = World._fields[World._fields.index("kills") :]
    for chosen in itertools.combinations(happenings, few):
        yield world._replace(**{each: int(each in chosen) for each in happenings})


@pytest.mark.parametrize(
    "beginning", ["rotations", "an adoption", "an older state", "an imported state", "a test that was given up"]
)
@pytest.mark.parametrize("few", [1, pytest.param(2, marks=full)])
def test_no_push_is_lost_whatever_few_things_happen(beginning: str, few: int) -> None:
    broken: dict[str, str] = {}
    for world, services in itertools.product(_with_few(SHORT[beginning], few), EVERY_SERVICE):
        broken |= explore(replace(services, lag=True), Decisions(), world).broken

    assert broken == {}


@full
@pytest.mark.parametrize("lag", [False, True], ids=["at once", "lag"])
@pytest.mark.parametrize("beginning", LONG)
@pytest.mark.parametrize("services", EVERY_SERVICE, ids=_name)
def test_no_push_is_lost_in_longer_stories(
    services: Services, beginning: str, lag: bool, record_property: Callable[[str, object], None]
) -> None:
    found = explore(replace(services, lag=lag), Decisions(), LONG[beginning])

    record_property("told", f"{beginning}, {_name(services)}, lag {lag}: {found.states:,} states")
    assert found.broken == {}


@pytest.mark.parametrize("rule", WITHOUT)
def test_without_any_one_rule_a_promise_is_broken(rule: str, record_property: Callable[[str, object], None]) -> None:
    beginning, change = WITHOUT[rule]
    decisions = replace(Decisions(), **change)
    for services in EVERY_SERVICE:
        broken = explore(replace(services, lag=True), decisions, SHORT[beginning], stop_at_once=True).broken
        if broken:
            promise, story = next(iter(broken.items()))
            record_property("told", f"without '{rule}', {promise}: {story}")
            return
    pytest.fail(f"nothing was broken without the rule '{rule}'")
