"""Read assigned users and groups with the attributes that the mappings take from them.

Source: Graph v1.0, user, group, and group: list members.
"""

from collections.abc import Iterable, Iterator

from providers.entra.graph.client import GraphClient, Json
from providers.entra.mapping.source_attributes import selected

_GONE = {404: "it was deleted just now: run again"}
_LARGEST_PAGE = 999


class SourceObjects(GraphClient):
    """Users and groups by object id; `names` are source attributes in the words of a mapping."""

    def user(self, object_id: str, names: Iterable[str]) -> Json:
        """Return a user. Raises NotFoundError where there is none, or it is deleted."""
        path = f"/users/{object_id}?$select={selected('User', names)}"
        return self.read_one(self.call("read a user", "GET", path, permission="User.Read.All", hints=_GONE))

    def group(self, object_id: str, names: Iterable[str]) -> Json:
        """Return a group. Raises NotFoundError where there is none."""
        path = f"/groups/{object_id}?$select={selected('Group', names)}"
        return self.read_one(self.call("read a group", "GET", path, permission="Group.Read.All", hints=_GONE))

    def members(self, group_id: str, names: Iterable[str]) -> Iterator[list[Json]]:
        """Read the direct members of a group page by page; `@odata.type` tells users from groups and others."""
        path = f"/groups/{group_id}/members?$select={selected('User', names)}&$top={_LARGEST_PAGE}"
        return self.pages("list the members of a group", path, permission="GroupMember.Read.All", hints=_GONE)
