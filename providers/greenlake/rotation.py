"""Every decision of a rotation as a pure function of values: the provider beside this file only carries them out.

The rules are those of docs/adr/0014; what concerns Entra is decided in `providers.entra.job.overlap` and `.job`, the
bound of a killed run's calls in `providers.http.deadline`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

from providers.scim.probing import Probe
from providers.timestamps import in_words

_SKEW = timedelta(minutes=5)  # as far as the clocks of the services and the runner may be apart
_ROTATE = "GREENLAKE_ROTATE_TOKEN"
_LEAKED = "GREENLAKE_LEAKED_TOKEN"
_ASSUMED_LIFE = timedelta(days=30)  # shorter than any lifetime that peers give a SCIM token: 30 days to 2 years


class State(str, Enum):
    """What is known of the token in state: `OVERLAP` means that the one before it is still accepted."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    OVERLAP = "overlap"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Policy:
    """When to rotate and how; None if the stack file does not set it."""

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
    previous_expires_at: datetime | None = None
    adopted: bool = False


class Subject(Enum):
    """Which token a read may present to GreenLake (rule 2: never one that Entra has not been using)."""

    PREVIOUS = "previous"
    CURRENT = "current"
    NONE = "none"


@dataclass(frozen=True)
class RotationPlan:
    """When the next rotation falls due; `problem` is what is wrong with the policy, "" if nothing is."""

    rotate_after: datetime
    problem: str = ""


def schedule(issued_at: datetime, expires_at: datetime | None, policy: Policy) -> RotationPlan:
    """Plan the next rotation: the earlier of issue + every and expiry - renew_before.

    Default: two thirds of the lifetime, as certificate managers do. An invalid policy still yields a
    date, so that a new token is kept; a caller that asks before issuing refuses the policy.
    """
    moments = [issued_at + policy.every] if policy.every else []
    problem = ""
    if expires_at is not None:
        life = expires_at - issued_at
        before = policy.renew_before or life / 3
        if life <= timedelta(0):
            problem = "GreenLake reports that the token had ended when it was issued: compare the clocks"
        elif before >= life:
            problem = (
                f"token.renewBefore is {in_words(before)}, but the token lives {in_words(life)}: "
                "it would rotate on every run; choose less"
            )
            before = life / 3
        moments.append(expires_at - before)
    if not moments:
        problem = "GreenLake does not report when the token ends: set token.every, such as 60d"
        moments.append(issued_at + _ASSUMED_LIFE)
    return RotationPlan(min(moments), problem)


def exceeds_the_assumed_life(policy: Policy) -> bool:
    """Return whether the policy lets a token of unknown end grow older than tokens can be trusted to live."""
    return policy.every is not None and policy.every > _ASSUMED_LIFE


@dataclass(frozen=True)
class Request:
    """What a run is asked for in its environment: the token of this fingerprint ("" for none) is rotated once.

    The token that replaces it meets the request, so a run that is repeated rotates once. A `leaked` one ends at once.
    """

    fingerprint: str
    leaked: bool

    def why(self, fingerprint: str) -> str:
        """Return why a token has to be rotated for this request, "" if the request names another token."""
        if not fingerprint or fingerprint != self.fingerprint:
            return ""
        return "it has leaked" if self.leaked else "asked for"

    def environ(self) -> dict[str, str]:
        """Return the variable that asks for it."""
        return {_LEAKED if self.leaked else _ROTATE: self.fingerprint}


def requested(environ: Mapping[str, str]) -> Request:
    """Return what this run is asked for."""
    leaked = environ.get(_LEAKED, "")
    return Request(leaked or environ.get(_ROTATE, ""), leaked=bool(leaked))


def why_rotate(known: Known, rotate_when_changed: Mapping[str, str], now: datetime) -> str:
    """Return why a rotation is due, "" if it is not."""
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


def has_expired(ends_at: datetime | None, now: datetime) -> bool:
    """Return whether a token has ended by every clock: one that has just expired by ours may live by GreenLake's."""
    return ends_at is not None and ends_at <= now - _SKEW  # `ends_at` may be the last moment of the calendar


def any_has_expired(known: Known, now: datetime) -> bool:
    """Return whether the present token or the one before it has ended by this clock."""
    return has_expired(known.expires_at, now) or has_expired(known.previous_expires_at, now)


def finish_first(policy: Policy, known: Known, previous: Probe | None, now: datetime) -> bool:
    """Rule 1: one overlap at a time.

    True if the rotation must wait because the token before is, or may be, still accepted (`previous`, None if there is
    none), or is unknown after an adoption that no read has seen the end of. There is nothing to protect if one of both
    has expired (rule 8) or the present one is refused, which a read finds only of a token that Entra has been using.
    """
    in_overlap = previous in (Probe.ACCEPTED, Probe.UNKNOWN) or known.adopted
    is_over = known.state is State.REFUSED or any_has_expired(known, now)
    return not policy.remove_current and in_overlap and not is_over


def holds_back(known: Known, *, asked: bool, current: Probe, now: datetime) -> bool:
    """Return whether a rotation waits because a newer token may exist that nobody knows: as in an open overlap.

    It might end the present token (`current`, as probed now). So it waits until somebody has asked for it (`asked`),
    the present token is refused, or the last tenth of a known life has begun, in which waiting gains nothing any more.
    """
    end = known.expires_at
    is_last_tenth = end is not None and now >= end - (end - known.issued_at) / 10
    return not (asked or current is Probe.REFUSED or is_last_tenth)


class Kept(Enum):
    """Which token keeps working beside the new one of a rotation."""

    PRESENT = "present"
    PREVIOUS = "previous"
    NONE = "none"


def kept(policy: Policy, known: Known, *, previous: Probe | None, present: Probe | None, now: datetime) -> Kept:
    """Return the token that may be in use after a rotation; `present` is None if nothing speaks against that one."""
    if policy.remove_current:
        return Kept.NONE
    if present is not Probe.REFUSED and not has_expired(known.expires_at, now):
        return Kept.PRESENT
    lives = previous in (Probe.ACCEPTED, Probe.UNKNOWN) and not has_expired(known.previous_expires_at, now)
    return Kept.PREVIOUS if lives else Kept.NONE


def is_adoption(known: Known, present: Probe | None, now: datetime) -> bool:
    """Return whether what Entra holds is unknown at a rotation, as after the adoption of a token that exists.

    It is if the token in state has ended (`present` is None if it was not asked): somebody else may have rotated since,
    or state is an older one.
    """
    return present is Probe.REFUSED or has_expired(known.expires_at, now)


def subject(*, has_previous: bool, adopted: bool, used: bool) -> Subject:
    """Rule 2: choose the token that a read presents.

    `used`: Entra is known to use the present token. Until then it may be using the one before, however long ago the new
    one was made, since a run may have ended before it was saved; after an adoption that one is unknown.
    """
    if used or not (has_previous or adopted):
        return Subject.CURRENT
    return Subject.PREVIOUS if has_previous else Subject.NONE


def after_previous(previous: Probe) -> State:
    """Return what an answer about the previous token means; a refusal alone proves nothing about the present token."""
    return State.OVERLAP if previous is Probe.ACCEPTED else State.UNKNOWN


def after_current(current: Probe) -> State:
    """Return what an answer about the current token means."""
    return {Probe.ACCEPTED: State.ACCEPTED, Probe.REFUSED: State.REFUSED}.get(current, State.UNKNOWN)


def _share(known: Known) -> str:
    """Describe how much of its life the token has had when it falls due."""
    if known.expires_at is None:
        return f"{in_words(known.rotate_after - known.issued_at)} after its issue"
    life = known.expires_at - known.issued_at
    used = known.rotate_after - known.issued_at
    share = "two thirds" if abs(used / life - 2 / 3) < 0.01 else f"{in_words(used)}"
    return f"{share} of {in_words(life)}"
