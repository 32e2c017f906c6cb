"""Find users, groups and members in the Entra directory, by what a person knows of them: a name or an object id.

Source: Graph v1.0, user, group, and group: list members.
"""

import re
from collections.abc import Sequence
from urllib.parse import quote

from providers.entra.graph.client import GraphClient, Json
from providers.errors import NotFoundError, StoppedError

_ID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_USER = "id,displayName,userPrincipalName,accountEnabled"
_GROUP = "id,displayName,securityEnabled"
_TYPES = {"users": "#microsoft.graph.user", "groups": "#microsoft.graph.group"}
_HINTS = {400: "name it by its object id"}
_MANY = 4  # so that an answer with two of one name stays one line


class Directory(GraphClient):
    """Look-ups in the directory; what is found has `@odata.type`, `#microsoft.graph.user` for a user."""

    def user(self, name_or_id: str) -> Json:
        """Return `{id, displayName, userPrincipalName, accountEnabled}` of a user.

        The name is a user principal name, a mail address or a display name, without regard to case. Raises
        NotFoundError where there is none, StoppedError where a name is that of several.
        """
        return _only(self._users(name_or_id), "user", name_or_id)

    def group(self, name_or_id: str) -> Json:
        """Return `{id, displayName, securityEnabled}` of a group, by display name or id; raises as `user` does."""
        return _only(self._groups(name_or_id), "group", name_or_id)

    def user_or_group(self, name_or_id: str) -> Json:
        """Return a user or a group; raises as `user` does, also where a user and a group have one name."""
        return _only([*self._users(name_or_id), *self._groups(name_or_id)], "user or group", name_or_id)

    def members(self, group_id: str) -> list[Json]:
        """List the direct members of a group, all pages: as users are, and groups and others, by `@odata.type`."""
        pages = self.pages(
            "list the members of a group",
            f"/groups/{group_id}/members?$select={_USER}&$top=999",
            permission="GroupMember.Read.All",
            hints={404: "the group is gone: list the groups that are there"},
        )
        return [each for page in pages for each in page]

    def _users(self, name_or_id: str) -> list[Json]:
        text = _quoted(name_or_id)
        names = ("userPrincipalName", "mail", "displayName")
        named = " or ".join(f"{name} eq {text}" for name in names)
        found = self._found("users", name_or_id, f"$select={_USER}", named, "User.Read.All")
        exact = [each for each in found if str(each.get("userPrincipalName")).lower() == name_or_id.lower()]
        return exact or found

    def _groups(self, name_or_id: str) -> list[Json]:
        named = f"displayName eq {_quoted(name_or_id)}"
        return self._found("groups", name_or_id, f"$select={_GROUP}", named, "Group.Read.All")

    def _found(self, kind: str, name_or_id: str, chosen: str, named: str, permission: str) -> list[Json]:
        what = f"find among the {kind}"
        if _ID.fullmatch(name_or_id):
            call = self.call(what, "GET", f"/{kind}/{name_or_id.lower()}?{chosen}", permission=permission, hints=_HINTS)
            try:
                found = [self.read_one(call)]
            except NotFoundError:
                found = []
        else:
            query = f"/{kind}?$filter={quote(named, safe='')}&{chosen}"
            found = [each for page in self.pages(what, query, permission=permission, hints=_HINTS) for each in page]
        return [{"@odata.type": _TYPES[kind], **each} for each in found]


def _quoted(name: str) -> str:
    """Return a string literal of OData, in which a quote is doubled."""
    return "'{}'".format(name.replace("'", "''"))


def _only(found: Sequence[Json], kind: str, name: str) -> Json:
    if not found:
        raise NotFoundError(
            f"Entra has no {kind} {name!r}: check the spelling, or name it by its object id", status=404
        )
    if len(found) > 1:
        told = [f"{str(each['@odata.type']).rpartition('.')[2]} {each.get('id')}" for each in found[:_MANY]]
        more = f" and {len(found) - _MANY} more" if len(found) > _MANY else ""
        raise StoppedError(
            f"{name!r} is the name of {len(found)} in Entra: name one by its id: {', '.join(told)}{more}"
        )
    return found[0]
