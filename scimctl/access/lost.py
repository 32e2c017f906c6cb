"""What the last `up` assigned and is not assigned any more, because somebody took it away or it was deleted."""

from collections.abc import Collection
from dataclasses import dataclass

from providers.entra.graph.directory import Directory
from providers.http.deadline import Deadline
from scimctl.access.pinning import assigned_as
from scimctl.stack.stack import Stack


@dataclass(frozen=True)
class Lost:
    """One group or user by what the stack file calls it, such as "group Admins"."""

    label: str
    is_deleted: bool

    @property
    def what(self) -> str:
        """Return what happened."""
        return f"{self.label} {'was deleted in Entra' if self.is_deleted else 'is not assigned any more'}"

    @property
    def todo(self) -> str:
        """Return what to do about it."""
        if self.is_deleted:
            return "make it again, or remove it from `access` in the stack file"
        return "`pulumi up --refresh` assigns it again"


def lost(stack: Stack, assigned: Collection[str]) -> list[Lost]:
    """Compare what the last `up` assigned with the object ids that are assigned now."""
    ours: list[str] = stack.status["principals"]
    labels = assigned_as(stack.resources)
    known = {one: label for label, one in sorted(labels.items(), key=lambda each: each[1] not in each[0])}  # names last
    gone = {label: one for one, label in known.items() if one in ours and one not in assigned}
    directory = Directory(stack.tenant_id, Deadline())
    return [
        Lost(label, not (directory.users if label.startswith("user ") else directory.security_groups)(one))
        for label, one in sorted(gone.items())
    ]
