"""Visit every interleaving, breadth first, so that the first broken promise is the shortest story that breaks it."""

import functools
import itertools
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field

from tests.protocol.story import moves, refreshed, rotated, unanswered
from tests.protocol.up import run
from tests.protocol.world import (
    NO_TOKENS,
    NONE,
    Decisions,
    Move,
    Services,
    World,
    adoption,
    given_up,
    imported,
    older_state,
)

EVERY_SERVICE = [
    Services(*each)
    for each in itertools.product(("use", "delay"), ("replaces", "adds", "shifts"), ("request", "cycle"))
]
# How a story begins and what may happen in it. A lag contains its absence: the settle time may be over at once.
SHORT = {
    "rotations": World(hours=0, changes=0, outages=0),
    "refusals": World(kills=0, faults=0, hours=0, changes=0),
    "an adoption": adoption()._replace(faults=0, outages=0),
    "an adoption in an outage": adoption()._replace(faults=0, rotations=0, hours=0, changes=0, lies=0),
    "ends": World(kills=0, faults=0, refreshes=0, hours=0, changes=0, ends=2),
    "an end after a kill": World(faults=0, rotations=1, refreshes=0, hours=0, changes=0, ends=1),
    "an end and a lost answer": World(rotations=1, refreshes=0, hours=0, changes=0, outages=0, lies=0, ends=1),
    "an older state": older_state(),
    "unreadable answers": World(kills=0, faults=0, hours=0, changes=0, outages=0, unreadable=1),
    "an imported state": imported()._replace(faults=0, hours=0, changes=0, lies=0),
    "a test that was given up": given_up()._replace(refreshes=0, hours=0, changes=0, outages=0, lies=0, ends=1),
}
LONG = {
    "rotations": World(kills=2, outages=0, changes=0),
    "refusals": World(refreshes=2, hours=0, changes=0),
    "an adoption": adoption()._replace(rotations=2, refreshes=2),
    "ends": World(kills=1, faults=1, hours=0, changes=0, ends=2),
    "an older state": older_state()._replace(kills=2, rotations=1, refreshes=2),
    "an imported state": imported()._replace(rotations=2),
    "unreadable answers": World(kills=0, faults=0, hours=0, changes=0, outages=0, unreadable=1, rotations=3),
}
_LONGEST_QUIET_RUN = 80


@dataclass
class Found:
    """How many states were visited, and the shortest story for each promise that was broken."""

    states: int = 0
    broken: dict[str, str] = field(default_factory=dict[str, str])


def explore(services: Services, decisions: Decisions, first: World, *, stop_at_once: bool = False) -> Found:
    """Visit everything that can happen from `first` on; keep the first story of each broken promise."""
    came_from: dict[World, Move | None] = {first: None}
    queue, found = deque([first]), Found()
    while queue and not (stop_at_once and found.broken):
        world = queue.popleft()
        if world.step == "" and not ends_right(world, services, decisions):
            found.broken.setdefault("one more up does not make everything correct", story(came_from, world))
        for label, after in moves(world, services, decisions):
            if label.startswith(("LOST", "STUCK")):
                found.broken.setdefault(label, f"{story(came_from, world)} > {label}")
            if after not in came_from:
                came_from[after] = (label, world)
                queue.append(after)
    found.states = len(came_from)
    return found


def story(came_from: dict[World, Move | None], world: World) -> str:
    """Return how a world came about."""
    told: list[str] = []
    step = came_from[world]
    while step is not None:
        told.append(step[0])
        step = came_from[step[1]]
    return " > ".join(reversed(told))


def ends_right(world: World, services: Services, decisions: Decisions) -> bool:
    """Let runs go undisturbed, an hour apart: in the end one token lives, Entra holds it, tested, and state has it."""
    quiet = world._replace(cycle=NONE, cycle_stale=NO_TOKENS, stale=NO_TOKENS, gap="")
    still = dict.fromkeys(
        ("kills", "faults", "rotations", "refreshes", "hours", "changes", "outages", "lies", "ends"), 0
    )
    return _ends_right(quiet._replace(**still), services, decisions)


@functools.cache  # many worlds differ only in what may still happen
def _ends_right(world: World, services: Services, decisions: Decisions) -> bool:
    if world.orphan:
        world = unanswered(rotated(world, services, world.orphan)[1], services)._replace(orphan="")
    for world in itertools.islice(_undisturbed(world, services, decisions), _LONGEST_QUIET_RUN):  # noqa: B020
        if world.step == "" and _is_right(world, services):
            return True
    return False


def _is_right(world: World, services: Services) -> bool:
    if world.unread:  # a newer token that nobody knows may live beside, and what is due waits until somebody asks
        return world.saved == world.token == world.applied and world.token in world.live
    ended = services.old_ends == "delay" or world.live == frozenset([world.token])
    in_use = world.saved == world.token == world.tested == world.applied and world.token in world.live
    # Only the service can end an old token by its delay, or show that it has ended: a rotation waits for that while the
    # present token lives.
    waits = (services.old_ends == "delay" and world.previous in world.live) or (world.mute and not world.expired)
    return in_use and (waits if world.due else ended)


def _undisturbed(world: World, services: Services, decisions: Decisions) -> Iterator[World]:
    while True:
        yield world
        if world.step:
            world = next(after for _, after in run(world, services, decisions))
        else:
            world = next(refreshed(world, services, decisions))._replace(hour=True, step="token")
        world = world._replace(stale=NO_TOKENS)
