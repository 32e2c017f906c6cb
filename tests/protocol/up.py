"""The steps of one `up` in that world: token, azuread's secret, status; between any two it may be killed."""

from collections.abc import Iterator
from datetime import timedelta

from providers.entra.job.health import Observed, provisioning_drift
from providers.greenlake import rotation
from providers.greenlake.rotation import Kept, Known, Policy, State
from providers.scim.probing import Probe
from tests.protocol.story import job, present, probes, reads, rotated, saved, unanswered
from tests.protocol.world import AN_HOUR_AGO, NONE, NOW, Decisions, Move, Services, World

_TRIGGER = {"n": "1"}


def run(world: World, services: Services, decisions: Decisions) -> Iterator[Move]:
    """List how the running `up` can go on."""
    match world.step:
        case "token":
            yield from _token(world, services, decisions)
        case "write the token":
            yield f"state has {world.got}", _written(world)
        case "secret":
            if world.token != world.imported:
                yield "azuread saves", saved(world, services)._replace(step="status")
            yield "azuread's save fails, or comes later", world._replace(step="status")
        case "status":
            yield from _status(world, services, decisions)
        case "save":
            yield "saved", saved(world, services)._replace(step="test")
            if world.faults:
                yield "the save fails", world._replace(step="", protected=False, faults=world.faults - 1)
        case "test":
            yield from _test(world, services, decisions)
        case _:
            yield "state has the test", _applied(world)._replace(tested=world.token, credentials="accepted")


def needs_status(world: World) -> bool:
    """Return whether the engine would update ProvisioningStatus: an input differs, or there is drift."""
    seen = Observed(
        schedule_state="Active",
        status_code="Active",
        quarantine_reason="",
        credentials=world.credentials,
        tested=world.tested == world.applied,
        token_issued_at=NOW - (timedelta(hours=2) if world.hour else timedelta(minutes=1)),
    )
    return world.applied != world.token or world.changed or bool(provisioning_drift(seen, wanted_on=True, now=NOW))


def _known(world: World) -> Known:
    issued, expires_at = NOW - timedelta(days=2), NOW - timedelta(days=1) if world.expired else None
    rotated_for = {} if world.due else _TRIGGER
    return Known(world.state, issued, expires_at, NOW + timedelta(days=1), rotated_for, adopted=world.adopted)


def _policy(world: World) -> Policy:
    return Policy(remove_current=world.due == "at once", every=timedelta(days=60), renew_before=None)


def _token(world: World, services: Services, decisions: Decisions) -> Iterator[Move]:
    if not rotation.why_rotate(_known(world), _TRIGGER, NOW):
        yield "the token stays", world._replace(step="secret")
        return
    asked = NONE if world.due == "at once" else world.previous
    for previous, after in probes(world, asked, services, decisions):
        yield from _asked_again(after, previous, services, decisions)


def _asked_again(world: World, previous: Probe | None, services: Services, decisions: Decisions) -> Iterator[Move]:
    if world.state is not State.REFUSED or world.due == "at once":
        yield from _rotate(world, previous, None, services, decisions)
    elif not decisions.asks_again:
        yield from _rotate(world, previous, Probe.REFUSED, services, decisions)
    else:
        for found, after in probes(world, world.token, services, decisions):
            looked = after._replace(state=rotation.after_current(found or Probe.UNKNOWN))
            if rotation.why_rotate(_known(looked), _TRIGGER, NOW):
                yield from _rotate(looked, previous, found, services, decisions)
            else:
                yield "the token was refused for a while only", looked._replace(step="secret")


def _rotate(
    world: World, previous: Probe | None, found: Probe | None, services: Services, decisions: Decisions
) -> Iterator[Move]:
    if decisions.finish_first(_policy(world), _known(world), previous, NOW):
        yield "the rotation waits", world._replace(state=State.OVERLAP, step="secret")
        return
    how = world.due or "overlap"
    if world.unread and how == "overlap":
        accepted, world = present(world, world.token, services)
        current = Probe.ACCEPTED if accepted else Probe.REFUSED
        if decisions.holds_back(_known(world), asked=world.asked, current=current, now=NOW):
            yield "the rotation waits, since the last one could not be read", world._replace(step="secret")
            return
        if not accepted:  # nothing of ours works: the published gap, as after an answer that was lost
            world = unanswered(world, services)
    kept = decisions.kept(_policy(world), _known(world), previous=previous, present=found, now=NOW)
    if kept is Kept.PRESENT and decisions.presents_what_it_keeps:
        accepted, world = present(world, world.token, services)
        found = Probe.ACCEPTED if accepted else Probe.REFUSED
        kept = kept if accepted else Kept.NONE
    adopts = how == "overlap" and bool(world.live) and decisions.is_adoption(_known(world), found, NOW)
    keeps = {Kept.PRESENT: world.token, Kept.PREVIOUS: world.previous, Kept.NONE: NONE}[kept] if world.live else NONE
    new, after = rotated(world, services, how)
    keeps = NONE if kept is Kept.PRESENT and world.token not in after.live else keeps
    yield f"rotated {how}: {new}", after._replace(got=new, keeps=keeps, adopts=adopts, step="write the token")
    if world.unreadable and how == "overlap":
        left = after._replace(unread=True, asked=False, due="", unreadable=world.unreadable - 1, step="")
        yield f"rotated: {new}, not to be read", left
    if world.faults:
        yield f"rotated: {new}, answer lost", unanswered(after, services)._replace(step="", faults=world.faults - 1)
    if world.kills:
        yield "KILLED with the rotation on its way", world._replace(step="", orphan=how, kills=world.kills - 1)


def _written(world: World) -> World:
    state = State.OVERLAP if world.keeps != NONE else State.UNKNOWN if world.adopts else State.ACCEPTED
    return world._replace(
        token=world.got, previous=world.keeps, state=state, adopted=world.adopts, expired=False, mute=False, got=NONE,
        keeps=NONE, adopts=False, due="", unread=False, asked=False, hour=False, seen_new=False, step="secret",
    )  # fmt: skip


def _status(world: World, services: Services, decisions: Decisions) -> Iterator[Move]:
    if not needs_status(world):
        yield "the status stays", world._replace(step="")
        return
    tested = world.tested == world.token
    for previous, after in probes(world, NONE if tested else world.previous, services, decisions):
        facts = {"tested": tested, "previous": previous, "adopted": world.adopted, "found_running": False}
        looked = after._replace(protected=decisions.protects(**facts))
        yield "the previous token is probed", looked._replace(step="test" if tested else "save")


def _test(world: World, services: Services, decisions: Decisions) -> Iterator[Move]:
    recorded = world.recorded == world.token
    wait = decisions.must_wait(
        job(world),
        protected=world.protected,
        old_accepted=False,
        settled=not world.stale,
        saved_at=AN_HOUR_AGO if recorded else NOW,
        at=NOW,
    )
    if wait:  # it goes on waiting while other things happen, and gives up at some time
        yield "no test: an old token may be in use", _applied(world)._replace(credentials="untested")
        return
    for token in reads(world):
        accepted, after = present(world, token, services)
        if accepted:
            yield f"tested with {token}", after._replace(step="write")
        elif not world.stale:
            stuck = world.token in world.live
            yield ("STUCK: the new token is refused" if stuck else "refused: it has ended"), world._replace(step="")


def _applied(world: World) -> World:
    seen_new = world.seen_new and world.recorded == world.token
    return world._replace(
        applied=world.token, before=world.previous, applied_adopted=world.adopted, recorded=world.token,
        seen_new=seen_new, changed=False, protected=False, step="",
    )  # fmt: skip
