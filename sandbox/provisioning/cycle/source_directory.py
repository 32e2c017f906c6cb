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
class Directory:
    """Documents by type (User, Group) and object id; `entitled` are the ids of who is in scope by assignment, by type.

    `members` has every group, `managers` only users who have one. Who is deleted softly is in no group until the
    restore.
    """

    objects: Mapping[str, Documents]
    members: Mapping[str, Sequence[str]]
    managers: Mapping[str, str]
    entitled: Mapping[str, frozenset[str]]


def read(world: World, service_principal: str, *, sync_all: bool) -> Directory:
    """Read the tenant; SyncAll means that assignments do not count."""
    users, groups = dict(world.items("user")), dict(world.items("group"))
    members: dict[str, list[str]] = {group: [] for group in groups}
    for _, one in world.items("members"):
        if not users.get(one["member"], {}).get("deletedDateTime"):
            members.setdefault(one["holder"], []).append(one["member"])
    assignments = [one for one in world.all("appRoleAssignment") if one["resourceId"] == service_principal]
    return Directory(
        objects={"User": users, "Group": groups},
        members=members,
        managers={user: one["id"] for user, one in world.items("manager")},
        entitled=everybody(users, groups) if sync_all else entitled(assignments, members, users),
    )


def entitled(
    assignments: Iterable[Mapping[str, Any]], members: Mapping[str, Collection[str]], users: Collection[str]
) -> dict[str, frozenset[str]]:
    """Return who the assignments of one application reach; `members` by group id, `users` the ids of all users."""
    principals = {str(one["principalId"]) for one in assignments}
    groups = [one for one in principals if one in members]
    reached = principals.union(*(members[group] for group in groups))
    return everybody([one for one in reached if one in users], groups)


def everybody(users: Iterable[str], groups: Iterable[str]) -> dict[str, frozenset[str]]:
    """Return these users and groups as those that are entitled."""
    return {"User": frozenset(users), "Group": frozenset(groups)}
