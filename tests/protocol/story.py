"""A small world in which a token rotates, and everything that can happen next in it.

Tokens are numbers in order of issue; 0 is in use when a story begins. What GreenLake and Entra do is written here, for
each way in which they may do it; what the program does is asked of its own decision functions, so that the exploration
proves the code and not a second telling of it.
"""

import functools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import NamedTuple

from providers.entra import overlap
from providers.entra.job import Job, read_job
from providers.greenlake import rotation
from providers.greenlake.rotation import Policy, State, Subject
from providers.scim import Probe

NONE = -1
NOW = datetime(2030, 1, 1, tzinfo=timezone.utc)
POLICY = Policy(remove_current=False, every=timedelta(days=60), renew_before=None)
INTERVAL = timedelta(minutes=40)


@dataclass(frozen=True)
class Services:
    """What nobody outside knows: how an old token ends, what a second rotation does, how often Entra reads."""

    old_ends: str  # by "use" of the new token, or by a "delay" after it
    second_rotation: str  # "replaces" an unused new token, "adds" another, or "shifts" the one in use out
    entra_reads: str  # its credentials once a "cycle" or once a "request"


@dataclass(frozen=True)
class Decisions:
    """The program's decisions; a test puts a wrong one in place of a rule to see the exploration find it."""

    finish_first: Callable[[Policy, Probe | None], bool] = rotation.finish_first
    subject: Callable[..., Subject] = rotation.subject
    may_ask: Callable[..., bool] = overlap.may_ask
    is_quiet: Callable[[Job, datetime], bool] = overlap.is_quiet
    must_wait: Callable[..., bool] = overlap.must_wait
    is_proven: Callable[..., bool] = overlap.is_proven
    holds_back: Callable[..., bool] = rotation.holds_back
    waits_for_orphans: bool = True  # providers.deadline: nobody begins before the calls of a killed run have ended


class World(NamedTuple):
    """Everything that differs from one moment to the next."""

    live: frozenset[int] = frozenset([0])  # what GreenLake accepts
    used: int = 0  # the newest token that somebody has presented
    saved: int = 0  # what Entra holds
    cycle: int = NONE  # what its running cycle began with
    token: int = 0  # outputs of ScimProxyToken
    previous: int = NONE
    state: State = State.ACCEPTED
    put: int = 0  # what azuread's state says Entra holds
    put_failed: bool = False  # its last save failed, and no refresh has hidden that yet
    applied: int = 0  # outputs of ProvisioningStatus: the token of its last run and the one before that
    before: int = NONE
    tested: int = 0
    closed: bool = True
    credentials: str = "accepted"
    hour: bool = False  # an hour has passed since the token was issued
    step: str = ""  # where the running `up` is, "" where none runs
    got: int = NONE  # a token that the run holds and state does not have yet
    next: int = 1
    due: bool = False
    orphan: bool = False  # a killed run's rotation is still on its way
    gap: str = ""  # "open": an answer was lost where that cannot be bridged; "closing": saved, but an old cycle runs
    kills: int = 2  # how much may still happen, so that the world is finite
    faults: int = 1
    rotations: int = 2
    refreshes: int = 2
    hours: int = 1
    unread: bool = False  # the answer to the last rotation could not be read: `unknown_newer_since`
    asked: bool = False  # somebody has set tokenField and asked for a rotation
    unreadable: int = 0  # how many answers may still be unreadable


Move = tuple[str, World]


def moves(world: World, services: Services, decisions: Decisions) -> Iterator[Move]:
    """List everything that can happen next, each with its name."""
    yield from _entra(world, services)
    yield from _time(world, services)
    if world.step == "":
        yield from _between_runs(world, services, decisions)
    else:
        from tests.protocol.up import run  # noqa: PLC0415 - up.py speaks of this world

        yield from run(world, services, decisions)
        if world.kills:
            after = world if world.got == NONE else unanswered(world, services)
            yield "KILLED", after._replace(step="", got=NONE, kills=world.kills - 1)


def present(world: World, token: int, services: Services) -> tuple[bool, World]:
    """Somebody presents a token: tell whether it is accepted, and what follows from its first use."""
    if token not in world.live:
        return False, world
    if token > world.used:
        live = frozenset(each for each in world.live if each >= token) if services.old_ends == "use" else world.live
        world = world._replace(used=token, live=live)
    return True, world


def rotated(world: World, services: Services) -> tuple[int, World]:
    """Rotate with overlap."""
    unused = frozenset(each for each in world.live if each > world.used)
    kept = {
        "replaces": world.live - unused,
        "adds": world.live,
        "shifts": frozenset([max(world.live)]) if world.live else frozenset[int](),
    }[services.second_rotation]
    return world.next, world._replace(live=kept | {world.next}, next=world.next + 1)


def _entra(world: World, services: Services) -> Iterator[Move]:
    if services.entra_reads == "request":
        accepted, after = present(world, world.saved, services)
        yield (f"a push with {world.saved}" if accepted else _lost(world)), after
    elif world.cycle == NONE:
        accepted, after = present(world, world.saved, services)
        yield (
            (f"a cycle begins with {world.saved}", after._replace(cycle=world.saved))
            if accepted
            else (_lost(world), world)
        )
    else:
        accepted, after = present(world, world.cycle, services)
        if not accepted:
            yield _lost(world), _cycle_over(world)
        yield "the cycle ends", _cycle_over(after)


def _cycle_over(world: World) -> World:
    return world._replace(cycle=NONE, gap="" if world.gap == "closing" else world.gap)


def saved(world: World) -> World:
    """Entra has the new token; a cycle that began with an old one goes on with that."""
    closing = "closing" if world.gap and world.cycle != NONE else ""
    return world._replace(saved=world.token, gap=closing)


def _lost(world: World) -> str:
    return "a push fails in the published gap" if world.gap else "LOST PUSH"


def _time(world: World, services: Services) -> Iterator[Move]:
    if services.old_ends == "delay":
        for token in world.live:
            if token < world.used and token not in (world.saved, world.cycle):
                yield f"{token} ends", world._replace(live=world.live - {token})
    if world.orphan:
        _, after = rotated(world, services)
        yield "the killed run's rotation lands", unanswered(after, services)._replace(orphan=False)
    if world.hours and world.step == "" and not world.hour:
        yield "an hour passes", world._replace(hour=True, hours=world.hours - 1)


def unanswered(world: World, services: Services) -> World:
    """A rotation whose answer nobody has; where the next one ends the token in use, the gap begins with that one."""
    return world._replace(gap="open") if services.second_rotation == "shifts" else world


def _between_runs(world: World, services: Services, decisions: Decisions) -> Iterator[Move]:
    if world.rotations and not world.due:
        yield "a rotation falls due", world._replace(due=True, rotations=world.rotations - 1)
    if world.unread and not world.asked:
        # Whether that ends the token in use nobody can know: the published gap, as after an answer that was lost.
        yield "a readable rotation is asked for", unanswered(world, services)._replace(asked=True, due=True)
    if world.refreshes:
        yield "refresh", refreshed(world, services, decisions)._replace(refreshes=world.refreshes - 1)
    if not (decisions.waits_for_orphans and world.orphan):
        yield "up", world._replace(step="token")


def _probe(world: World, token: int, services: Services) -> tuple[Probe | None, World]:
    if token == NONE:
        return None, world
    accepted, world = present(world, token, services)
    return (Probe.ACCEPTED if accepted else Probe.REFUSED), world


def refreshed(world: World, services: Services, decisions: Decisions) -> World:
    """Carry out the reads of azuread, ScimProxyToken and ProvisioningStatus, as the engine does to find drift."""
    world = world._replace(put_failed=False)  # Graph shows `*`, so azuread takes its own state for true
    first = decisions.subject(has_previous=world.previous != NONE, adopted=False)
    state = None
    if first is Subject.PREVIOUS:
        previous, world = _probe(world, world.previous, services)
        state = rotation.after_previous(previous or Probe.UNKNOWN)
        world = world._replace(previous=NONE) if previous is Probe.REFUSED else world
    if state is None:
        current, world = _probe(world, world.token, services)
        state = rotation.after_current(current or Probe.UNKNOWN)
    world = world._replace(state=state)
    settled = world.closed and world.tested == world.applied
    previous, world = _probe(world, NONE if settled else world.before, services)
    may_ask = decisions.may_ask(settled=settled, previous=previous)
    world = world._replace(closed=may_ask, credentials="untested")
    if not may_ask or not decisions.is_quiet(job(world), NOW):
        return world
    accepted, world = present(world, world.saved, services)
    if not accepted:
        return world._replace(credentials="refused")
    return world._replace(credentials="accepted", tested=world.applied)


def job(world: World) -> Job:
    """Return what Graph says of the job: a running cycle is in it only once it has ended."""
    return _job(cycle_runs=world.cycle != NONE)


@functools.cache
def _job(*, cycle_runs: bool) -> Job:
    began = NOW - (INTERVAL if cycle_runs else INTERVAL / 2)
    last = {"timeBegan": began, "timeEnded": began + timedelta(minutes=1), "state": "Succeeded"}
    schedule = {"state": "Active", "interval": "PT40M"}
    return read_job({"id": "job", "schedule": schedule, "status": {"code": "Active", "lastExecution": last}})
