"""The source side as one cycle sees it: users, groups and memberships of the tenant, and who is entitled."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sandbox.core.world import World
from sandbox.provisioning.cycle.entitlement import Entitled, entitled, everybody

Documents = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True)
class Directory:
    """Documents by object id; `members` has every group, `managers` only users who have one.

    Who is deleted softly is in no group until the restore.
    """

    users: Documents
    groups: Documents
    members: Mapping[str, Sequence[str]]
    managers: Mapping[str, str]
    entitled: Entitled

    def of(self, source: str) -> Documents:
        """Return the objects of a type."""
        return self.users if source == "User" else self.groups

    def entitled_of(self, source: str) -> frozenset[str]:
        """Return who of a type is in scope by assignment."""
        return self.entitled.users if source == "User" else self.entitled.groups


def read(world: World, service_principal: str, *, sync_all: bool) -> Directory:
    """Read the tenant."""
    users = dict(world.items("user"))
    groups = dict(world.items("group"))
    members: dict[str, list[str]] = {group: [] for group in groups}
    for _, one in world.items("members"):
        if not users.get(one["member"], {}).get("deletedDateTime"):
            members.setdefault(one["holder"], []).append(one["member"])
    assignments = [one for one in world.all("appRoleAssignment") if one["resourceId"] == service_principal]
    return Directory(
        users=users,
        groups=groups,
        members=members,
        managers={user: one["id"] for user, one in world.items("manager")},
        entitled=everybody(users, groups) if sync_all else entitled(assignments, members, users),
    )
