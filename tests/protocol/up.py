"""The steps of one `up` in that world: token, azuread's secret, status; between any two it may be killed."""

from collections.abc import Iterator
from datetime import timedelta

from providers.entra import overlap
from providers.entra.health import Observed, provisioning_drift
from providers.greenlake import rotation
from providers.greenlake.rotation import Known
from providers.scim import Probe
from tests.protocol.story import (
    NONE,
    NOW,
    POLICY,
    Decisions,
    Move,
    Services,
    World,
    job,
    present,
    rotated,
    saved,
    unanswered,
)

_TRIGGER = {"n": "1"}


def run(world: World, services: Services, decisions: Decisions) -> Iterator[Move]:
    """List how the running `up` can go on."""
    if world.step == "token":
        yield from _token(world, services, decisions)
    elif world.step == "write the token":
        overlapping = rotation.leaves_overlap(POLICY, _known(world), NOW) and world.token in world.live
        yield (
            f"state has {world.got}",
            world._replace(
                token=world.got,
                previous=world.token if overlapping else NONE,
                state=rotation.State.OVERLAP if overlapping else rotation.State.ACCEPTED,
                got=NONE,
                due=False,
                hour=False,
                step="secret",
            ),
        )
    elif world.step == "secret":
        yield from _secret(world)
    elif world.step == "write the secret":
        yield "state has the secret", world._replace(put=world.token, put_failed=False, step="status")
    elif world.step == "status":
        yield from _status(world, services, decisions)
    else:
        closed = world.step == "write: closed"
        yield (
            "state has the test",
            world._replace(
                applied=world.token,
                before=world.previous,
                tested=world.token,
                closed=closed,
                credentials="accepted",
                step="",
            ),
        )


def needs_status(world: World) -> bool:
    """Tell whether the engine would update ProvisioningStatus: an input differs, or there is drift."""
    seen = Observed(
        schedule_state="Active",
        status_code="Active",
        quarantine_reason="",
        credentials=world.credentials,
        tested=world.tested == world.applied,
        token_issued_at=NOW - (timedelta(hours=2) if world.hour else timedelta(minutes=1)),
    )
    return world.applied != world.token or bool(provisioning_drift(seen, wanted_on=True, now=NOW))


def _known(world: World) -> Known:
    return Known(world.state, NOW - timedelta(days=1), None, NOW + timedelta(days=1), {} if world.due else _TRIGGER)


def _token(world: World, services: Services, decisions: Decisions) -> Iterator[Move]:
    if not rotation.why_rotate(_known(world), _TRIGGER, NOW):
        yield "the token stays", world._replace(step="secret")
        return
    previous = None
    if world.previous != NONE:
        accepted, world = present(world, world.previous, services)
        previous = Probe.ACCEPTED if accepted else Probe.REFUSED
    if decisions.finish_first(POLICY, previous):
        yield "the rotation waits", world._replace(state=rotation.State.OVERLAP, step="secret")
        return
    if world.unread:
        accepted, world = present(world, world.token, services)
        current = Probe.ACCEPTED if accepted else Probe.REFUSED
        if decisions.holds_back(_known(world), asked=world.asked, current=current, now=NOW):
            yield "the rotation waits, since the last one could not be read", world._replace(step="secret")
            return
    new, after = rotated(world, services)
    readable = after._replace(unread=False, asked=False)
    yield f"rotated: {new}", readable._replace(got=new, step="write the token")
    if world.unreadable:
        left = {"unreadable": world.unreadable - 1, "asked": False, "due": False, "step": ""}
        yield f"rotated: {new}, not to be read", after._replace(unread=True, **left)
    if world.faults:
        yield f"rotated: {new}, answer lost", unanswered(after, services)._replace(step="", faults=world.faults - 1)
    if world.kills:
        yield "KILLED with the rotation on its way", world._replace(step="", orphan=True, kills=world.kills - 1)


def _secret(world: World) -> Iterator[Move]:
    if world.put == world.token and not world.put_failed:
        yield "the secret stays", world._replace(step="status")
        return
    yield "azuread saves", saved(world)._replace(step="write the secret")
    if world.faults:
        # The plugin's state holds the new credentials although the save failed; only a plain `up` still knows.
        yield "azuread's save fails", world._replace(put=world.token, put_failed=True, step="", faults=world.faults - 1)


def _status(world: World, services: Services, decisions: Decisions) -> Iterator[Move]:
    if not needs_status(world):
        yield "the status stays", world._replace(step="")
        return
    accepted, world = (False, world) if world.previous == NONE else present(world, world.previous, services)
    wait = decisions.must_wait(job(world), overlap_open=accepted, first_time=False, saved_at=NOW, now=NOW)
    if wait:
        left = world._replace(applied=world.token, before=world.previous, closed=False, credentials="untested", step="")
        yield "a cycle runs: the overlap stays open", left
        return
    accepted, world = present(world, world.saved, services)
    open_after = world.previous in world.live
    if decisions.is_proven(refused=not accepted, overlap_open=accepted and open_after):
        yield "tested", world._replace(step="write: closed")
        return
    world = saved(world)
    accepted, world = present(world, world.token, services)
    if not accepted:
        yield "STUCK: the new token is refused as well", world._replace(step="")
        return
    still = overlap.is_open(Probe.ACCEPTED if world.previous in world.live else Probe.REFUSED)
    yield "saved and tested", world._replace(step="write: open" if still else "write: closed")
