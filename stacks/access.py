"""Who is provisioned."""

from dataclasses import dataclass
from typing import Literal

from pydantic import model_validator

from stacks.fields import Groups, Pinned, Users, is_object_id
from stacks.section import Section


@dataclass(frozen=True)
class Entry:
    """One group or user of the section; `object_id` is "" if only its name is given, `name` if only its id is."""

    kind: Literal["group", "user"]
    name: str
    object_id: str

    @property
    def key(self) -> str:
        """Return where the stack file has it."""
        return f"access.{self.kind}s"

    @property
    def label(self) -> str:
        """Return what the stack file calls it."""
        return self.name or self.object_id

    @property
    def sought(self) -> str:
        """Return what was looked for, for a person."""
        return f"{self.name} ({self.object_id})" if self.name and self.object_id else self.label

    def is_renamed(self, *names_now: str) -> bool:
        """Tell whether Entra has none of its names for it; upper and lower case are one to Entra."""
        known = {name.casefold() for name in names_now}
        return bool(self.object_id and self.name) and self.name.casefold() not in known


class Access(Section):
    """The groups and users assigned to the application: they, and the direct members of the groups, are provisioned."""

    groups: Groups = ()
    """Security groups by display name or object id, or `{id: ..., name: ...}`, of which the id counts and the name is
    for readers (`scimctl scope --pin` writes them). Entra provisions direct members only, not nested groups."""

    users: Users = ()
    """Single users by user principal name or object id, or `{id: ..., name: ...}`."""

    @model_validator(mode="after")
    def _is_not_empty(self) -> "Access":
        if not self.groups and not self.users:
            raise ValueError("names no group and no user, so nobody would be provisioned: set groups, users or both")
        return self

    @property
    def entries(self) -> tuple[Entry, ...]:
        """All of them, groups first."""
        return (*(_entry("group", one) for one in self.groups), *(_entry("user", one) for one in self.users))


def _entry(kind: Literal["group", "user"], written: str | Pinned) -> Entry:
    if isinstance(written, Pinned):
        return Entry(kind, written.name, written.id.lower())
    return Entry(kind, "", written.lower()) if is_object_id(written) else Entry(kind, written, "")
