"""What a look reports of a Stack resource: a condition, which also remembers what was sent, an Event and a message."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from providers.errors import StoppedError
from providers.masking import masked
from providers.timestamps import now, to_text
from scimctl.commands.fleet.kubernetes.api_server import ApiServer, Condition, Stack
from scimctl.commands.notify import Sent, send, title
from scimctl.terminal.report import FINE, FOUND, TROUBLE

if TYPE_CHECKING:
    from scimctl.commands.notify import Target

_LONGEST = 4000  # of a message
_UNSENT = "NotSent"  # the end of a reason, until the message is taken
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
    """What is to be written: the condition, the message's title ("" for none), and whether an Event begins."""

    status: str
    reason: str
    since: datetime
    title: str
    is_new: bool


def due(kind: Kind, stack: str, last: Condition | None, code: int, moment: datetime) -> Due:
    """Decide by what the condition was; pure. A drift that cannot be looked at any more has not ended."""
    known = last.status if last else "False"
    status = "True" if code == TROUBLE and known == "True" else _STATUS[code]
    ends_with = {"False": FINE, "True": kind.ends_with, "Unknown": TROUBLE}
    told = last if last and known != "False" and not last.reason.endswith(_UNSENT) else None
    sent = Sent(ends_with[known], told.since) if told else None
    return Due(
        status,
        kind.reasons[code],
        last.since if last and known == status else moment,
        title(kind.command, stack, ends_with[status], sent, moment),
        is_new=known != status,
    )


def publish(
    server: ApiServer, resource: Stack, kind: Kind, code: int, lines: Sequence[str], targets: "Sequence[Target]"
) -> None:
    """Send the message that is due, and set the condition; an Event when it changes.

    Raises StoppedError if a message was not taken; the next look sends it again.
    """
    moment = now()
    coming = due(kind, resource.stack, resource.condition(kind.type), code, moment)
    text = "\n".join(masked(line) for line in lines)[:_LONGEST]
    failed = [each.service for each in send(targets, coming.title, text)] if coming.title and targets else []
    if failed and code == FINE:
        raise StoppedError(f"{', '.join(failed)} did not take the message that it has ended: the next look sends it")
    reason = f"{coming.reason}{_UNSENT}" if failed else coming.reason
    condition = {"type": kind.type, "status": coming.status, "reason": reason, "message": text}
    server.set_condition(resource, {**condition, "lastTransitionTime": to_text(coming.since)})
    if coming.is_new:
        server.record(resource, "Normal" if code == FINE else "Warning", coming.reason, text, to_text(moment))
    if failed:
        raise StoppedError(f"{', '.join(failed)} did not take the message: the next look sends it again")
