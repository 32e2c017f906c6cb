"""Judge what a preview saw: which differences are drift, in the portal's words, and what an `up` would do.

Pure. Each judgement is the providers' own function of the outputs that a read brought, never the text of a log; only
the reason why something could not be read comes from the providers' messages.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum
from typing import Any, cast

from providers.entra.job.health import provisioning_drift
from providers.entra.status_properties import observed
from providers.greenlake import rotation
from providers.greenlake.rotation import State
from providers.greenlake.token_properties import known, under
from providers.masking import masked
from providers.resource_types import APPLICATION, ASSIGNMENT, ASSIGNMENTS, JOB, MAPPINGS, SECRET, STATUS, TOKEN
from scimctl.engine.preview import Preview, Seen, is_secret
from scimctl.job.advice import why_refused
from stacks.config import StackConfig

_PLACES = {
    TOKEN: "SCIM proxy token",
    MAPPINGS: "Attribute mapping",
    STATUS: "Provisioning",
    SECRET: "Admin credentials",
    JOB: "Provisioning",
    APPLICATION: "Enterprise application",
    ASSIGNMENT: "Users and groups",
}
_GOES_WITH = {  # what takes it along if it is deleted
    JOB: {APPLICATION},
    SECRET: {APPLICATION},
    ASSIGNMENT: {APPLICATION},
    MAPPINGS: {JOB, APPLICATION},
    STATUS: {MAPPINGS, JOB, APPLICATION},
}

_FOLLOWS: Mapping[str, frozenset[str]] = {  # inputs from other resources, which report a change of them
    TOKEN: frozenset({"rotate_when_changed"}),  # reported as a rotation
    STATUS: frozenset(
        {
            *("service_principal_id", "job_id", "credentials", "previous_token", "adopted", "token_fingerprint"),
            *("token_issued_at", "mappings_fingerprint", "principals"),
            "secret_id",  # in the state of versions before 2026-11-29
        }
    ),
}
_ELSEWHERE = "Program"
_NOT_OURS_TO_TELL = ("pulumi:", "greenlake-scim:")  # the stack, providers and components: their resources are reported

_APPLICATION_GONE = "the application was deleted, and with it all of its provisioning"
_ROTATE = "rotate the token: a new one is made, saved in Entra and tested, then the old one ends"
_SAVE_CREDENTIALS = "save the declared credentials"
_HIDDEN = "Tenant URL, Secret Token or a setting beside them has changed"
_SAVE_MAPPINGS = "save the declared mappings; Entra then starts an initial cycle"
_FINISH = "finish the overlap: test the new token between two cycles"
_TEST = "look again"
_READ = "leave the token in use alone; set greenlake.tokenField, then run `scimctl token rotate`"
_NOTHING = "do nothing: remove unwanted people in the portal"
_APPLY = "apply it"
_KEEP = "do all else, unassign nobody, and end with exit code 1 until the entry is right"
_DELETE_JOB = "do nothing: delete the job that is not used, in the portal or in Graph"
_RENAMED = re.compile(r"access\.(groups|users): the (group|user) .* is named .* now, not .*")
_UNREACHED = "GreenLake gave no answer"
_UNREAD = re.compile(r"provisioning status: .*(not tested|nothing was tested|not listed)", re.IGNORECASE)


class Kind(str, Enum):
    """What a difference is; only `CHANGED` is drift."""

    CHANGED = "changed"
    ROTATION = "rotation"
    PENDING = "pending"
    UNTESTED = "untested"
    NOTE = "note"


@dataclass(frozen=True)
class Difference:
    """One thing, where the portal shows it; `up` is what `pulumi up --refresh` would do."""

    kind: Kind
    place: str
    what: str
    up: str

    @property
    def unreached(self) -> bool:
        """Return whether it is unknown because GreenLake did not answer our own request.

        Entra may fail to reach a GreenLake that answers us: that is untested, and proves nothing about the token.
        """
        return self.kind is Kind.UNTESTED and self.what.startswith(_UNREACHED)


def differences(preview: Preview, config: StackConfig, now: datetime, *, saved: Sequence[str] = ()) -> list[Difference]:
    """List what is not as declared, drift first; `saved` lists the saved credentials that differ, as Graph shows."""
    seen = list(preview.resources.values())
    rotates = any(each.kind == TOKEN and each.planned != "same" for each in seen)
    in_use = _tested_by_entra(seen)
    labels = labels_of(seen)
    found: list[Difference] = []
    for each in seen:
        if each.is_gone and each.kind in _PLACES:
            found += _gone(each, labels, {other.kind for other in seen if other.is_gone})
            continue
        if each.kind == SECRET and each.differs and each.found is not None:
            found += [_changed(each, what, _SAVE_CREDENTIALS) for what in saved or (_HIDDEN,)]
            continue
        told = list(_of(each, preview.said, config, now, in_use=in_use))
        found += [*told, *_pending(each, labels, told=bool(told), rotates=rotates)]
    found += _entries(preview)
    kinds, places = list(Kind), [*_PLACES.values(), _ELSEWHERE]
    shown = [replace(each, what=masked(each.what)) for each in dict.fromkeys(found)]
    return sorted(shown, key=lambda each: (kinds.index(each.kind), places.index(each.place), each.what))


def of_their_application(restore: str) -> list[Difference]:
    """Return the difference if an application was deleted that no run makes again: nothing can be planned then."""
    stop = f"end with exit code 1 before any change; {restore}"
    return [Difference(Kind.CHANGED, _PLACES[APPLICATION], _APPLICATION_GONE, stop)]


def secret_differs(preview: Preview) -> bool:
    """Return whether a read found the saved credentials changed; the engine masks which of them."""
    return any(each.kind == SECRET and each.differs and each.found is not None for each in preview.resources.values())


def _tested_by_entra(seen: Sequence[Seen]) -> str:
    """Return the fingerprint of the token that Entra holds and GreenLake accepts, as a read found; "" for unknown."""
    accepted = [
        str(each.found["tested_fingerprint"])
        for each in seen
        if each.kind == STATUS and each.found and each.found["credentials_state"] == "accepted"
    ]
    return accepted[0] if accepted else ""


def _of(seen: Seen, said: Sequence[str], config: StackConfig, now: datetime, *, in_use: str) -> Iterator[Difference]:
    if seen.found is None:
        return
    if seen.kind == TOKEN:
        yield from _of_token(seen, now, in_use=in_use)
    elif seen.kind == STATUS:
        yield from _of_status(seen.found, said, config, now)
    elif seen.kind == MAPPINGS:
        lines: list[str] = seen.found.get("drift") or []
        yield from (_changed(seen, line, _SAVE_MAPPINGS) for line in lines)
    elif seen.kind in _PLACES:
        yield from _properties(seen)


def _entries(preview: Preview) -> Iterator[Difference]:
    """Report which entries of the stack file Entra does not know, and which it knows by another name."""
    for line in preview.unresolved:
        kind = Kind.UNTESTED if "was denied" in line else Kind.CHANGED
        yield Difference(kind, _PLACES[ASSIGNMENT], line.partition("; until then")[0], _KEEP)
    for line in preview.said:
        if _RENAMED.fullmatch(line):
            yield Difference(Kind.NOTE, _PLACES[ASSIGNMENT], line, _NOTHING)


def labels_of(seen: Sequence[Seen]) -> Mapping[str, str]:
    """Return the stack file's names of the groups and users, such as "group Admins", by object id."""
    found: object = next((each.outputs.get("principals") for each in seen if each.kind == ASSIGNMENTS), None)
    labels = cast("Mapping[str, object]", found).items() if isinstance(found, dict) else ()
    return {object_id: label for object_id, label in labels if isinstance(label, str)}


def subject(seen: Seen, labels: Mapping[str, str]) -> str:
    """Return how to show the group or user of an assignment."""
    kind, _, object_id = seen.name.partition(" ")
    name = str(seen.recorded.get("principalDisplayName") or object_id)
    return labels.get(object_id, f"{kind} {name}")


def _gone(seen: Seen, labels: Mapping[str, str], gone: set[str]) -> Iterator[Difference]:
    """Report that something was deleted, unless what it belongs to was, which takes it along."""
    if gone & _GOES_WITH.get(seen.kind, set()):
        return
    what = {
        APPLICATION: _APPLICATION_GONE,
        JOB: "the provisioning job was deleted, and with it its mappings",
        ASSIGNMENT: f"{subject(seen, labels)} is not assigned any more",
    }.get(seen.kind, "it was deleted")
    yield _changed(
        seen,
        what,
        "assign it again" if seen.kind == ASSIGNMENT else "make it again, with all that was in it",
    )


def _of_token(seen: Seen, now: datetime, *, in_use: str) -> Iterator[Difference]:
    found = dict(seen.found or {})
    token = known(found)
    if token.state is State.REFUSED:
        ended = token.expires_at if token.expires_at and token.expires_at <= now else None
        yield _changed(seen, f"GreenLake refuses it: {why_refused(ended)}", _ROTATE)
    elif seen.planned != "same" and (reason := why_rotate(found, dict(seen.after), now)):
        waits = token.state is State.OVERLAP and not seen.after["remove_current"]
        up = _READ if found.get("unknown_newer_since") else _ROTATE
        yield Difference(Kind.ROTATION, _PLACES[TOKEN], f"a rotation is due: {reason}", _FINISH if waits else up)
    if found.get("unknown_newer_since"):
        what = "the answer to a rotation could not be read, so a newer token may exist that nobody knows"
        yield Difference(Kind.PENDING, _PLACES[TOKEN], what, _READ)
    if token.state is State.OVERLAP:
        what = "not presented to GreenLake: the overlap of the last rotation is open"
        yield Difference(Kind.UNTESTED, _PLACES[TOKEN], what, _FINISH)
    if token.state is State.UNKNOWN and found["fingerprint"] != in_use:
        adopted = "GreenLake was not asked: it was adopted a short while ago, and may not be in use yet"
        what = adopted if found["adopted"] else "GreenLake gave no answer that shows whether it is accepted"
        yield Difference(Kind.UNTESTED, _PLACES[TOKEN], what, _TEST)


def why_rotate(found: dict[str, Any], inputs: dict[str, Any], now: datetime) -> str:
    """Return why the next `up` rotates, by its own rule: under the policy of the stack file, not of the last run."""
    return rotation.why_rotate(known(under(found, inputs)), inputs["rotate_when_changed"], now)


def _of_status(
    found: Mapping[str, Any], said: Sequence[str], config: StackConfig, now: datetime
) -> Iterator[Difference]:
    place, wanted_on = _PLACES[STATUS], found["status"] == "on"
    for line in provisioning_drift(observed(dict(found)), wanted_on=wanted_on, now=now):
        yield Difference(Kind.CHANGED, place, line, _repair(found, wanted_on=wanted_on))
    for stranger in found["undeclared_principals"]:
        kind = Kind.CHANGED if config.app.is_ours else Kind.NOTE
        what = f"{stranger} is assigned by somebody else, or by a run that was cut off"
        yield Difference(kind, _PLACES[ASSIGNMENT], what, _NOTHING)
    for job in found.get("undeclared_jobs", []):  # the state of an older version has no such list
        kind = Kind.NOTE if config.adopted else Kind.CHANGED
        what = f"the application has another job, {job}, of somebody else or of a run whose answer was lost"
        yield Difference(kind, place, what, _DELETE_JOB)
    reasons = [line.partition(": ")[2] for line in said if _UNREAD.match(line)]
    if found["overlap"] == "open":
        reasons.append("the credentials were not tested: the overlap of the last rotation is open")
    elif found["credentials_state"] == "untested" and not reasons:
        reasons.append("the credentials were not tested")
    for reason in reasons:
        yield Difference(Kind.UNTESTED, place, reason, _FINISH if found["overlap"] == "open" else _TEST)


def _repair(found: Mapping[str, Any], *, wanted_on: bool) -> str:
    """Return what an update of the status does: it starts what does not run, and a quarantined job once."""
    runs, quarantined = found["schedule_state"] == "Active", found["status_code"] == "Quarantine"
    tested = found["tested_fingerprint"] == found["token_fingerprint"]
    steps = [_SAVE_CREDENTIALS] if found["credentials_state"] == "refused" or not tested else []
    steps.append("test the connection")
    if wanted_on and not runs:
        steps.append("start provisioning")
    elif wanted_on and quarantined:
        steps.append("start provisioning, once for each quarantine")
    elif runs and not wanted_on:
        steps.append("stop provisioning")
    return " and ".join([", ".join(steps[:-1]), steps[-1]] if len(steps) > 1 else steps)


def _properties(seen: Seen) -> Iterator[Difference]:
    """Report each property that a read found changed, with its values if they are not secret."""
    found = seen.found or {}
    for name in seen.differs:
        is_now, was = found.get(name), seen.recorded.get(name)
        secret = is_secret(is_now) or is_secret(was)
        yield _changed(seen, f"{name} has changed" if secret else f"{name} is {is_now} instead of {was}", "put it back")


def _pending(seen: Seen, labels: Mapping[str, str], *, told: bool, rotates: bool) -> Iterator[Difference]:
    """Report what an `up` would do beside repairing drift: the stack file or the program has changed since the last."""
    if seen.planned in ("same", "refresh", "read") or seen.kind.startswith(_NOT_OURS_TO_TELL):
        return
    names = {name for name in {*seen.before, *seen.after} if seen.before.get(name) != seen.after.get(name)}
    follows = {"credentials"} if seen.kind == SECRET and rotates else _FOLLOWS.get(seen.kind, frozenset[str]())
    hidden = not names and not told  # an update whose reason is in a secret
    if not names - follows - {"__provider"} and (
        not hidden or seen.kind == STATUS or (seen.kind == SECRET and rotates)
    ):
        return
    place = _PLACES.get(seen.kind, _ELSEWHERE)
    about = subject(seen, labels) if seen.kind == ASSIGNMENT else seen.name if place == _ELSEWHERE else place
    what = f"{about}: {seen.planned}, since the stack file or the program has changed since the last `up`"
    yield Difference(Kind.PENDING, place, what, _APPLY)


def _changed(seen: Seen, what: str, up: str) -> Difference:
    return Difference(Kind.CHANGED, _PLACES[seen.kind], what, up)
