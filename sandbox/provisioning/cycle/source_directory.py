"""The source side as one cycle sees it: users, groups and memberships of the tenant, and who is entitled.

An assigned group brings its direct members; groups inside it bring nothing (Microsoft, "How application provisioning
works": nested groups are not read).
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sandbox.core.world import World

Documents = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True)
class Entitled:
    """Object ids of who is in scope by assignment."""

    users: frozenset[str]
    groups: frozenset[str]


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


def entitled(
    assignments: Iterable[Mapping[str, Any]], members: Mapping[str, Collection[str]], users: Collection[str]
) -> Entitled:
    """Return who the assignments of one application reach; `members` by group id, `users` the ids of all users."""
    principals = {str(one["principalId"]) for one in assignments}
    groups = frozenset(one for one in principals if one in members)
    by_group = {member for group in groups for member in members[group]}
    return Entitled(users=frozenset(one for one in principals | by_group if one in users), groups=groups)


def everybody(users: Collection[str], groups: Collection[str]) -> Entitled:
    """Return what SyncAll means: assignments do not count."""
    return Entitled(users=frozenset(users), groups=frozenset(groups))
