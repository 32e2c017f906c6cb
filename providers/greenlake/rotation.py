"""Every decision of a rotation as a pure function of values: the provider beside this file only carries them out.

The four rules (docs/adr/0003): one overlap at a time, only `up` uses the new token, test between cycles, wait for
orphans. The first two are decided here, the third in `providers.entra.job`, the fourth in `providers.deadline`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

from providers.moments import in_words
from providers.scim import Probe

_SKEW = timedelta(minutes=5)  # as far as the clocks of the services and the runner may be apart
_WITHOUT_A_CLUE = timedelta(days=30)  # shorter than any lifetime that peers give a SCIM token: 30 days to 2 years


class State(str, Enum):
    """What is known of the token in state: `OVERLAP` means that the one before it is still accepted."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    OVERLAP = "overlap"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Policy:
    """When to rotate and how; None where the stack file is silent."""

    remove_current: bool
    every: timedelta | None
    renew_before: timedelta | None


@dataclass(frozen=True)
class Known:
    """What state knows of the token, as far as decisions need it."""

    state: State
    issued_at: datetime
    expires_at: datetime | None
    rotate_after: datetime
    rotated_for: Mapping[str, str]


class Subject(Enum):
    """Which token a read may present to GreenLake (rule 2: never one that Entra has not been using)."""

    PREVIOUS = "previous"
    CURRENT = "current"
    NONE = "none"


@dataclass(frozen=True)
class Schedule:
    """When the next rotation falls due; `problem` says what is wrong with the policy, "" where nothing is."""

    rotate_after: datetime
    problem: str = ""


def schedule(issued_at: datetime, expires_at: datetime | None, policy: Policy) -> Schedule:
    """Plan the next rotation: the earlier of issue + every and expiry - renew_before.

    Default: two thirds of the lifetime, as certificate managers do. A policy that cannot be followed still gets a
    moment, since a token that was just issued must not be lost for it; whoever asks before issuing refuses it.
    """
    moments = [issued_at + policy.every] if policy.every else []
    problem = ""
    if expires_at is not None:
        life = expires_at - issued_at
        before = policy.renew_before or life / 3
        if life <= timedelta(0):
            problem = "GreenLake says that the token had ended when it was issued: compare the clocks"
        elif before >= life:
            problem = (
                f"token.renewBefore is {in_words(before)}, but the token lives {in_words(life)}: "
                "it would rotate on every run; choose less"
            )
            before = life / 3
        moments.append(expires_at - before)
    if not moments:
        problem = "GreenLake does not tell when the token ends: set token.every, such as 60d"
        moments.append(issued_at + _WITHOUT_A_CLUE)
    return Schedule(min(moments), problem)


def trusts_in_an_unknown_life(expires_at: datetime | None, policy: Policy) -> bool:
    """Tell whether the policy lets a token that does not tell its end grow older than tokens can be trusted to live."""
    return expires_at is None and policy.every is not None and policy.every > _WITHOUT_A_CLUE


def why_rotate(known: Known, rotate_when_changed: Mapping[str, str], now: datetime) -> str:
    """Say why a rotation is due, "" where it is not."""
    if known.state is State.REFUSED:
        return "refused by GreenLake"
    if known.expires_at is not None and known.expires_at <= now:
        return f"expired {in_words(now - known.expires_at)} ago"
    if dict(rotate_when_changed) != dict(known.rotated_for):
        return "trigger changed: " + ", ".join(changed_keys(known.rotated_for, rotate_when_changed))
    if known.rotate_after <= now:
        return f"due since {in_words(now - known.rotate_after)}: {_share(known)}"
    return ""


def changed_keys(before: Mapping[str, str], after: Mapping[str, str]) -> list[str]:
    """Name the keys whose values differ."""
    return sorted(key for key in {*before, *after} if before.get(key) != after.get(key))


def finish_first(policy: Policy, previous: Probe | None) -> bool:
    """Rule 1: one overlap at a time.

    True where the rotation must wait because the token before is, or may be, still accepted (`previous`, None where
    there is none). `remove_current` ends all of them and always goes ahead.
    """
    return not policy.remove_current and previous in (Probe.ACCEPTED, Probe.UNKNOWN)


def holds_back(known: Known, *, asked: bool, current: Probe, now: datetime) -> bool:
    """Tell whether a rotation waits because a newer token may exist that nobody knows: as in an open overlap.

    It might end the present token (`current`, as probed now). So it waits until somebody has asked for it (`asked`),
    the present token is refused, or the last tenth of a known life has begun, in which waiting gains nothing any more.
    """
    end = known.expires_at
    is_last_tenth = end is not None and now >= end - (end - known.issued_at) / 10
    return not (asked or current is Probe.REFUSED or is_last_tenth)


def leaves_overlap(policy: Policy, known: Known, now: datetime) -> bool:
    """Tell whether the present token should go on living after a rotation.

    One that has just expired by our clock may live by GreenLake's, and Entra may be using it.
    """
    dead = known.state is State.REFUSED or (known.expires_at is not None and known.expires_at + _SKEW <= now)
    return not policy.remove_current and not dead


def subject(*, has_previous: bool, adopted: bool) -> Subject:
    """Rule 2: choose the token that a read presents first.

    After an adoption the token that Entra uses is known to nobody: it may still be the one before, however long ago the
    new one was made, since a run may have ended before it was saved. So nothing is presented until the next rotation;
    that an adopted token has ended is seen by Entra's own test.
    """
    if adopted:
        return Subject.NONE
    return Subject.PREVIOUS if has_previous else Subject.CURRENT


def after_previous(previous: Probe) -> State | None:
    """Say what an answer about the previous token means; None: it is over, the current one may be presented."""
    return {Probe.ACCEPTED: State.OVERLAP, Probe.UNKNOWN: State.UNKNOWN}.get(previous)


def after_current(current: Probe) -> State:
    """Say what an answer about the current token means."""
    return {Probe.ACCEPTED: State.ACCEPTED, Probe.REFUSED: State.REFUSED}.get(current, State.UNKNOWN)


def _share(known: Known) -> str:
    """Describe how much of its life the token has had when it falls due."""
    if known.expires_at is None:
        return f"{in_words(known.rotate_after - known.issued_at)} after its issue"
    life = known.expires_at - known.issued_at
    used = known.rotate_after - known.issued_at
    share = "two thirds" if abs(used / life - 2 / 3) < 0.01 else f"{in_words(used)}"
    return f"{share} of {in_words(life)}"
