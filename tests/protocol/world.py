"""The small world in which a token rotates, what nobody outside knows of the services, and the program's decisions.

Tokens are numbers in order of issue; 0 is in use when a story begins.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import NamedTuple

from providers.entra.job import overlap
from providers.entra.job.job import Job
from providers.greenlake import rotation
from providers.greenlake.rotation import Kept, Known, Policy, State, Subject
from providers.scim.probing import Probe

NONE = -1
NOW = datetime(2030, 1, 1, tzinfo=timezone.utc)
AN_HOUR_AGO = NOW - timedelta(hours=1)
INTERVAL = timedelta(minutes=40)
NO_TOKENS = frozenset[int]()


@dataclass(frozen=True)
class Services:
    """What nobody outside knows: how an old token ends, what a second rotation does, how often Entra reads.

    With a `lag` Entra reads its credentials as they are or as they were before, until the settle time is over.
    """

    old_ends: str  # by "use" of the new token, or by a "delay" after it
    second_rotation: str  # "replaces" an unused new token, "adds" another, or "shifts" the one in use out
    entra_reads: str  # its credentials once a "cycle" or once a "request"
    lag: bool = False


@dataclass(frozen=True)
class Decisions:
    """The program's decisions; a test puts a wrong one instead of a rule to see the exploration find it."""

    finish_first: Callable[[Policy, Known, Probe | None, datetime], bool] = rotation.finish_first
    kept: Callable[..., Kept] = rotation.kept
    subject: Callable[..., Subject] = rotation.subject
    protects: Callable[..., bool] = overlap.protects
    must_wait: Callable[..., bool] = overlap.must_wait
    is_in_use: Callable[..., bool] = overlap.is_in_use
    proves: Callable[..., bool] = overlap.proves
    is_quiet: Callable[[Job, datetime], bool] = overlap.is_quiet
    is_adoption: Callable[..., bool] = rotation.is_adoption
    holds_back: Callable[..., bool] = rotation.holds_back
    repeats: bool = True  # providers.scim.probing: a refusal counts only if it is repeated
    asks_again: bool = True  # ScimProxyToken.update: what an earlier run found refused is asked again
    presents_what_it_keeps: bool = True  # rotating: a token that nobody has used might be replaced by the next one
    waits_for_orphans: bool = True  # providers.http.deadline: nothing begins before a killed run's calls have ended


class World(NamedTuple):
    """Everything that differs from one moment to the next."""

    live: frozenset[int] = frozenset([0])  # what GreenLake accepts
    used: int = 0  # the newest token that somebody has presented
    saved: int = 0  # what Entra holds
    stale: frozenset[int] = NO_TOKENS  # what Entra may still read in its place
    cycle: int = NONE  # what its running cycle began with
    cycle_stale: frozenset[int] = NO_TOKENS  # what else it might have begun with: no later one does
    mute: bool = False  # GreenLake answers 403 about the previous token, permanently
    token: int = 0  # outputs of ScimProxyToken
    previous: int = NONE
    state: State = State.ACCEPTED
    adopted: bool = False
    expired: bool = False  # the present token has
    applied: int = 0  # outputs of ProvisioningStatus: the token of its last run and the one before that
    before: int = NONE
    applied_adopted: bool = False
    tested: int = 0
    imported: int = NONE  # what an imported state holds: azuread sees nothing to save until another token comes
    recorded: int = NONE  # saved_fingerprint
    seen_new: bool = False  # Graph shows a cycle that began once every reader had the recorded save
    credentials: str = "accepted"
    changed: bool = False  # the stack file, in a way that updates ProvisioningStatus
    hour: bool = False  # an hour has passed since the token was issued
    step: str = ""  # where the running `up` is, "" if none runs
    got: int = NONE  # a token that the run holds and state does not have yet, and the one it keeps beside it
    keeps: int = NONE
    adopts: bool = False  # the running rotation takes over from a token that nobody here knows
    protected: bool = False  # what this run found about the token before
    next: int = 1
    due: str = ""  # a rotation with "overlap", or one that ends the current token "at once"
    orphan: str = ""  # a killed run's rotation of that kind is still on its way
    unread: bool = False  # the answer to the last rotation could not be read: `unknown_newer_since`
    asked: bool = False  # somebody has set tokenField and asked for a rotation
    gap: str = (
        ""  # "open": pushes fail and nothing can prevent that; "closing": saved, and not yet read or an old cycle
    )
    kills: int = 1  # how much may still happen, so that the world is finite
    faults: int = 1
    rotations: int = 2
    refreshes: int = 1
    hours: int = 1
    changes: int = 1
    outages: int = 1
    lies: int = 1
    ends: int = 0  # expiries and permanent 403s
    unreadable: int = 0  # answers to a rotation


Move = tuple[str, World]


def adoption() -> World:
    """Return the world right after a token that somebody else made was taken over: token 0 is unknown and in use."""
    return World(
        live=frozenset([0, 1]), token=1, next=2, state=State.UNKNOWN, adopted=True, applied=NONE, tested=NONE,
        credentials="untested", step="secret", rotations=1,
    )  # fmt: skip


def older_state() -> World:
    """Return the world after an older commit rotated in a long cycle: it recorded no save, and azuread's had failed."""
    return World(
        live=frozenset([0, 1]), token=1, previous=0, next=2, state=State.OVERLAP, applied=1, before=0,
        credentials="untested", cycle=0, rotations=0,
    )  # fmt: skip


def imported() -> World:
    """Return the world after the import of an export from before the last rotation: Entra uses token 1 since."""
    return World(live=frozenset([1]), used=1, saved=1, imported=0, next=2, rotations=1, outages=0)


def given_up() -> World:
    """Return the world after a rotation in a long cycle: the run saved token 1 and gave up the test."""
    return World(
        live=frozenset([0, 1]), saved=1, token=1, previous=0, next=2, state=State.OVERLAP, applied=1, before=0,
        recorded=1, credentials="untested", rotations=1,
    )  # fmt: skip
