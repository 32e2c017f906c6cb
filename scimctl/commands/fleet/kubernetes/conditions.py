"""What a look reports of a Stack resource: a condition, which also remembers what was sent, an Event and a message."""

import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from providers.errors import StoppedError
from providers.masking import masked
from providers.timestamps import now, to_text
from scimctl.commands.fleet.kubernetes.api_server import ApiServer, Condition, Stack
from scimctl.commands.notify.notify import Sent, send, title
from scimctl.terminal.report import FINE, FOUND, TROUBLE

if TYPE_CHECKING:
    from scimctl.commands.notify.notify import Target

_LONGEST = 4000  # of a message
# The end of a reason until the message is taken: which addresses have not (without numbers: none has), and of a message
# that drift has ended, when that began.
_UNSENT = re.compile(r"NotSent((?:_\d+)*)(?:_since_(\d{8}T\d{6}Z))?$")
_MOMENT = "%Y%m%dT%H%M%SZ"
_STATUS = {FINE: "False", FOUND: "True", TROUBLE: "Unknown"}


@dataclass(frozen=True)
class Kind:
    """A type of condition: the command and exit code that messages name, and the reasons by what was found."""

    type: str
    command: str
    ends_with: int
    reasons: dict[int, str]


DRIFT = Kind("Drift", "drift", FOUND, {FINE: "NoDrift", FOUND: "Drifted", TROUBLE: "NotRead"})
STALLED = Kind("UpdateStalled", "pulumi up", 1, {FINE: "Updated", FOUND: "Stalled"})


@dataclass(frozen=True)
class Due:
    """What is to be written: the condition, and whether an Event begins; the message's title ("" for none).

    `told` is when what the message is about began, `again` the addresses that it goes to if not to all.
    """

    status: str
    reason: str
    since: datetime
    is_new: bool
    title: str
    told: datetime
    again: tuple[int, ...] = ()


def remembered(kind: Kind, last: Condition | None) -> Sent | None:
    """Return what was sent last, as a condition keeps it; None for nothing, or an end that everybody knows. Pure."""
    kept = _UNSENT.search(last.reason) if last else None
    missed = tuple(map(int, kept[1].split("_")[1:])) if kept else ()
    if last is None or (kept and not missed):
        return None
    if last.status != "False":
        return Sent(kind.ends_with if last.status == "True" else TROUBLE, last.since, missed)
    with suppress(ValueError):  # somebody else wrote it
        return Sent(FINE, datetime.strptime(f"{kept and kept[2]}+0000", f"{_MOMENT}%z"), missed)
    return None


def due(kind: Kind, stack: str, last: Condition | None, code: int, moment: datetime) -> Due:
    """Decide by what the condition was; pure. A drift that cannot be looked at any more has not ended."""
    known = last.status if last else "False"
    status = "True" if code == TROUBLE and known == "True" else _STATUS[code]
    ends_with = {"False": FINE, "True": kind.ends_with, "Unknown": TROUBLE}[status]
    sent = remembered(kind, last)
    since = last.since if last and known == status else moment
    return Due(
        status,
        kind.reasons[code],
        since,
        known != status,
        title(kind.command, stack, ends_with, sent, moment),
        sent.since if sent and ends_with in (FINE, sent.code) else since,
        sent.missed if sent and sent.code == ends_with else (),
    )


def publish(
    server: ApiServer, resource: Stack, kind: Kind, code: int, lines: Sequence[str], targets: "Sequence[Target]"
) -> None:
    """Send the message that is due, and set the condition; an Event when it changes.

    Raises StoppedError if a message was not taken; the next look sends it again, to those who have not taken it.
    """
    moment = now()
    coming = due(kind, resource.stack, resource.condition(kind.type), code, moment)
    text = "\n".join(masked(line) for line in lines)[:_LONGEST]
    to = [each for each in targets if not coming.again or each.number in coming.again] if coming.title else []
    failed = send(to, coming.title, text) if to else []
    condition = {"type": kind.type, "status": coming.status, "reason": coming.reason, "message": text}
    if failed:
        condition["reason"] += unsent(coming, [each.number for each in failed], len(targets))
    server.set_condition(resource, {**condition, "lastTransitionTime": to_text(coming.since)})
    if coming.is_new:
        server.record(resource, "Normal" if code == FINE else "Warning", coming.reason, text, to_text(moment))
    if failed:
        services = ", ".join(each.service for each in failed)
        raise StoppedError(f"{services} did not take the message: the next look sends it again")


def unsent(coming: Due, missed: Sequence[int], of: int) -> str:
    """Return the end of a reason that remembers by whom a message was not taken; pure."""
    if coming.status != "False":
        return "".join(["NotSent", *(f"_{number}" for number in missed if len(missed) < of)])
    return "".join(["NotSent", *(f"_{number}" for number in missed), f"_since_{coming.told.strftime(_MOMENT)}"])
