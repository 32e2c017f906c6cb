"""Who is entitled to an application: the users and groups that its assignments reach.

Pure. An assigned group brings its direct members; groups inside it bring nothing (Microsoft, "How application
provisioning works": nested groups are not read).
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Entitled:
    """Object ids of who is in scope by assignment."""

    users: frozenset[str]
    groups: frozenset[str]


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
