"""Everything that can happen next in the small world.

What GreenLake and Entra do is written here, for each way in which they may do it; what the program does comes from
its own decision functions, so that the exploration proves the code and not a second version of it.
"""

import functools
from collections.abc import Iterator
from datetime import datetime, timedelta

from providers.entra.job.job import Job, read_job
from providers.greenlake import rotation
from providers.greenlake.rotation import State, Subject
from providers.scim.probing import Probe
from tests.protocol.world import AN_HOUR_AGO, INTERVAL, NO_TOKENS, NONE, NOW, Decisions, Move, Services, World


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
            yield "KILLED", _ended(after)._replace(kills=world.kills - 1)


def _ended(world: World) -> World:
    return world._replace(step="", got=NONE, keeps=NONE, adopts=False, protected=False)


def present(world: World, token: int, services: Services) -> tuple[bool, World]:
    """Somebody presents a token: return whether it is accepted, and what follows from its first use."""
    if token not in world.live:
        return False, world
    if token > world.used:
        live = frozenset(each for each in world.live if each >= token) if services.old_ends == "use" else world.live
        world = world._replace(used=token, live=live)
    return True, world


def probes(
    world: World, token: int, services: Services, decisions: Decisions, *, outage: bool = False
) -> Iterator[tuple[Probe | None, World]]:
    """List what a probe may find; GreenLake may answer 401 once although the token is good, and always in an outage."""
    if token == NONE:
        yield None, world
        return
    if outage:
        yield Probe.REFUSED, world
        return
    if world.mute and token == world.previous:
        yield Probe.UNKNOWN, world
        return
    accepted, after = present(world, token, services)
    yield (Probe.ACCEPTED if accepted else Probe.REFUSED), after
    if accepted and world.lies and not decisions.repeats:
        yield Probe.REFUSED, world._replace(lies=world.lies - 1)


def rotated(world: World, services: Services, how: str) -> tuple[int, World]:
    """Rotate with overlap or at once; if nothing lives, a token is created."""
    in_use = [each for each in world.live if each <= world.used]
    current = max(in_use) if in_use else min(world.live, default=NONE)
    kept = {
        "replaces": frozenset(each for each in world.live if each <= current),
        "adds": world.live,
        "shifts": frozenset([max(world.live)]) if world.live else NO_TOKENS,
    }[services.second_rotation]
    if how == "at once":
        kept, world = NO_TOKENS, world._replace(gap="open")
    return world.next, world._replace(live=kept | {world.next}, next=world.next + 1)


def reads(world: World) -> list[int]:
    """List the tokens that Entra may read now."""
    return sorted({world.saved, *world.stale})


def _entra(world: World, services: Services) -> Iterator[Move]:
    if services.entra_reads == "request":
        for token in reads(world):
            accepted, after = present(world, token, services)
            # The engine never reads an older value than it read before
            after = after._replace(stale=NO_TOKENS) if token == world.saved else after
            yield (f"a push with {token}" if accepted else _lost(world)), after
    elif world.cycle == NONE:
        for token in reads(world):
            accepted, after = present(world, token, services)
            if accepted:
                yield f"a cycle begins with {token}", after._replace(cycle=token, cycle_stale=world.stale)
            else:
                yield _lost(world), world
    else:
        accepted, after = present(world, world.cycle, services)
        if not accepted:
            yield _lost(world), _cycle_over(world)
        yield "the cycle ends", _cycle_over(after)


def _cycle_over(world: World) -> World:
    """End the cycle; the next one begins an interval after this one began, which is longer than the settle time."""
    stale = world.stale - world.cycle_stale
    closed = world.gap == "closing" and not stale
    seen_new = world.seen_new or (not world.cycle_stale and world.cycle == world.recorded)
    return world._replace(
        cycle=NONE, cycle_stale=NO_TOKENS, stale=stale, gap="" if closed else world.gap, seen_new=seen_new
    )


def saved(world: World, services: Services) -> World:
    """Entra has the present token; some readers may have the one before, and a running cycle goes on with its own."""
    if world.saved == world.token:
        return world
    stale = (world.stale | {world.saved}) - {world.token} if services.lag else world.stale
    closing = "closing" if world.gap and (world.cycle != NONE or stale) else ""
    return world._replace(saved=world.token, stale=stale, gap=closing)


def _lost(world: World) -> str:
    return "a push fails in the published gap" if world.gap else "LOST PUSH"


def _time(world: World, services: Services) -> Iterator[Move]:
    if services.old_ends == "delay":
        for token in world.live:
            if token < world.used and token not in (*reads(world), world.cycle):
                yield f"{token} ends", world._replace(live=world.live - {token})
    if world.stale:
        gap = "" if world.gap == "closing" and world.cycle == NONE else world.gap
        yield "the settle time is over", world._replace(stale=NO_TOKENS, gap=gap)
    if world.orphan:
        _, after = rotated(world, services, world.orphan)
        yield "the killed run's rotation lands", unanswered(after, services)._replace(orphan="")
    if world.step == "" and world.hours and not world.hour:
        yield "an hour passes", world._replace(hour=True, hours=world.hours - 1)
    if world.step == "" and world.ends:
        for label, after in _ends(world):
            yield label, after._replace(ends=world.ends - 1)


def _ends(world: World) -> Iterator[Move]:
    if not world.expired:
        yield "the tokens expire", world._replace(expired=True, live=NO_TOKENS, gap="open")
        if world.token not in (world.saved, world.cycle):
            yield "the present token expires", world._replace(expired=True, live=world.live - {world.token})
    if world.previous != NONE and not world.mute:
        yield "GreenLake answers 403 about the previous token", world._replace(mute=True)


def unanswered(world: World, services: Services) -> World:
    """A rotation whose answer nobody has; if the next one ends the token in use, the gap begins with that one."""
    return world._replace(gap="open") if services.second_rotation == "shifts" else world


def _between_runs(world: World, services: Services, decisions: Decisions) -> Iterator[Move]:
    if world.rotations and not world.due:
        yield "a rotation falls due", world._replace(due="overlap", rotations=world.rotations - 1)
        yield "a rotation at once is asked for", world._replace(due="at once", rotations=world.rotations - 1)
    if world.unread and not world.asked:
        # Nobody can know whether that ends the token in use: the published gap, as after an answer that was lost
        yield "a readable rotation is asked for", unanswered(world, services)._replace(asked=True, due="overlap")
    if world.changes and not world.changed:
        yield "the stack file changes", world._replace(changed=True, changes=world.changes - 1)
    if world.refreshes:
        for after in refreshed(world, services, decisions):
            yield "refresh", after._replace(refreshes=world.refreshes - 1)
        if world.outages:
            for after in refreshed(world, services, decisions, outage=True):
                left = after._replace(refreshes=world.refreshes - 1, outages=world.outages - 1)
                yield "refresh while GreenLake answers 401", left
    if not (decisions.waits_for_orphans and world.orphan):
        yield "up", world._replace(step="token")


def refreshed(world: World, services: Services, decisions: Decisions, *, outage: bool = False) -> Iterator[World]:
    """Carry out the reads of ScimProxyToken and ProvisioningStatus, as the engine does to find drift."""
    used = world.applied == world.token and _is_used(world, decisions)  # what ProvisioningStatus reports
    subject = decisions.subject(has_previous=world.previous != NONE, adopted=world.adopted, used=used)
    token = {Subject.CURRENT: world.token, Subject.PREVIOUS: world.previous, Subject.NONE: NONE}[subject]
    for found, after in probes(world, token, services, decisions, outage=outage):
        state = State.UNKNOWN
        if found:
            state = rotation.after_previous(found) if subject is Subject.PREVIOUS else rotation.after_current(found)
        read = after._replace(state=state, adopted=world.adopted and not used)
        yield from _status_read(read, services, decisions, outage=outage)


def _status_read(world: World, services: Services, decisions: Decisions, *, outage: bool) -> Iterator[World]:
    used = _is_used(world, decisions)
    asked = NONE if used else world.before
    for previous, after in probes(world, asked, services, decisions, outage=outage):
        facts = {"tested": used, "previous": previous, "adopted": world.applied_adopted, "found_running": False}
        if decisions.protects(**facts) or not decisions.is_quiet(job(after), NOW):
            yield after._replace(credentials="untested")
            continue
        if outage:
            yield after._replace(credentials="refused")
        for token in reads(after):  # the outage may end before the test
            accepted, last = present(after, token, services)
            if not accepted:
                yield last._replace(credentials="refused")
                continue
            # The next cycle begins later than the settle time ends: the margin before it is longer
            last = last._replace(credentials="accepted", stale=NO_TOKENS)
            proven = decisions.proves(job(after), saved_at=saved_at(after), at=NOW)
            yield last._replace(tested=world.applied) if proven else last


def _is_used(world: World, decisions: Decisions) -> bool:
    return world.tested == world.applied or decisions.is_in_use(job(world), saved_at=saved_at(world))


def saved_at(world: World) -> datetime | None:
    """Return when a finished run first saved the token of ProvisioningStatus, by its outputs."""
    if world.recorded != world.applied:
        return None
    return NOW if world.stale else AN_HOUR_AGO


def job(world: World) -> Job:
    """Return what Graph shows of the job: a running cycle is in it only once it has ended."""
    return _job(cycle_runs=world.cycle != NONE, seen_new=world.seen_new)


@functools.cache
def _job(*, cycle_runs: bool, seen_new: bool) -> Job:
    began = NOW - (INTERVAL if cycle_runs else INTERVAL / 2)
    if not seen_new:
        began -= timedelta(hours=1) if cycle_runs else timedelta(0)
    last = {"timeBegan": began, "timeEnded": began + timedelta(minutes=1), "state": "Succeeded"}
    schedule = {"state": "Active", "interval": "PT40M"}
    return read_job({"id": "job", "schedule": schedule, "status": {"code": "Active", "lastExecution": last}})
