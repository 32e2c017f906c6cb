"""The provisioning log: the newest entries with their steps."""

from dataclasses import dataclass
from datetime import datetime

from sandbox.core.documents import Document, child, objects
from sandbox.page.reading import Reading
from sandbox.page.words import clock


@dataclass(frozen=True)
class StepView:
    """One step of an entry."""

    name: str
    status: str
    description: str


@dataclass(frozen=True)
class EntryView:
    """One entry; `changes` are attribute, old and new value, `reason` why it failed or was skipped."""

    id: str
    at: str
    action: str
    who: str
    kind: str
    status: str
    reason: str
    steps: tuple[StepView, ...]
    changes: tuple[tuple[str, str, str], ...]


def view(reading: Reading) -> tuple[EntryView, ...]:
    """Return the entries, newest first."""
    return tuple(_entry(one, reading.now) for one in reading.log)


def _entry(one: Document, now: datetime) -> EntryView:
    info, source = child(one, "provisioningStatusInfo"), child(one, "sourceIdentity")
    error = child(info, "errorInformation")
    return EntryView(
        id=str(one["id"]),
        at=clock(datetime.fromisoformat(str(one["activityDateTime"]).replace("Z", "+00:00")), now),
        action=str(one["provisioningAction"]),
        who=str(source.get("displayName") or source.get("id")),
        kind=str(source.get("identityType")),
        status=str(info.get("status")),
        reason=f"{error['errorCode']}: {error['reason']}" if error else "",
        steps=tuple(
            StepView(str(each["name"]), str(each["status"]), str(each["description"]))
            for each in objects(one, "provisioningSteps")
        ),
        changes=tuple(
            (str(each["displayName"]), str(each["oldValue"] or ""), str(each["newValue"] or ""))
            for each in objects(one, "modifiedProperties")
        ),
    )
