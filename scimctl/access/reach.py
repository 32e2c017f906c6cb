"""Read whom assignments reach: the assigned users, and the direct members of the assigned groups."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from providers.entra.graph.directory import Directory
from providers.entra.graph.fields import Json
from providers.errors import NotFoundError
from providers.http.deadline import Deadline
from scimctl.terminal.console import Tell

USER, GROUP = "#microsoft.graph.user", "#microsoft.graph.group"


@dataclass(frozen=True)
class Reach:
    """Users and groups by object id; `members` are the direct users of each group, `nested` the groups inside it."""

    users: Mapping[str, Json]
    groups: Mapping[str, Json]
    members: Mapping[str, frozenset[str]]
    nested: Mapping[str, tuple[str, ...]]

    def people(self, principals: Iterable[str]) -> set[str]:
        """Return the users that these principals bring; groups inside of groups bring nobody."""
        return {
            user
            for one in principals
            for user in (self.members[one] if one in self.members else {one} & self.users.keys())
        }


def name_of(found: Mapping[str, Any]) -> str:
    """Return what a person knows a user or group by."""
    return str(found.get("userPrincipalName") or found.get("displayName") or found.get("id"))


def read(
    tenant_id: str, assigned: Mapping[str, str], user_names: Collection[str], group_names: Collection[str], tell: Tell
) -> Reach:  # fmt: skip
    """Read the principals by object id, each with its type (User or Group); deleted principals are left out.

    The names are the wanted source attributes, as a mapping has them.
    """
    users: dict[str, Json] = {}
    groups: dict[str, Json] = {}
    members: dict[str, frozenset[str]] = {}
    nested: dict[str, tuple[str, ...]] = {}
    for done, (one, kind) in enumerate(assigned.items()):
        tell(done, len(assigned))
        graph = Directory(tenant_id, Deadline())
        try:
            if kind == "User":
                users[one] = graph.read_object("User", one, user_names)
            elif kind == "Group":
                groups[one] = graph.read_object("Group", one, group_names)
                inside = [each for page in graph.members(one, user_names) for each in page]
                found = {str(each["id"]): each for each in inside if each.get("@odata.type") == USER}
                users |= found
                members[one] = frozenset(found)
                nested[one] = tuple(str(each.get("displayName")) for each in inside if each.get("@odata.type") == GROUP)
        except NotFoundError:  # deleted a moment ago, or waiting in the deleted users
            continue
    return Reach(users, groups, members, nested)
