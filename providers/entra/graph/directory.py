"""Find groups, users and applications in the Entra directory, by a name or an object id, and read them.

Source: Graph v1.0, user, group, servicePrincipal, application: list with $filter; group: list members.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from urllib.parse import quote

from providers.entra.graph.provisioning import GraphClient, Json
from providers.entra.graph.source_attributes import Kind, selected
from providers.entra.sign_in.tenant import GUID
from providers.errors import NotFoundError, StoppedError

_BY_ID = {400: "name it by its object id"}
_GONE = {404: "it was deleted just now: run again"}
_MANY = 4  # so that an answer with two of one name stays one line
_PERMISSIONS = {
    "users": "User.Read.All",
    "groups": "Group.Read.All",
    **dict.fromkeys(("applications", "servicePrincipals"), "Application.Read.All"),
}


class Directory(GraphClient):
    """What a look-up finds is a list, which the caller judges; upper and lower case are one to Entra.

    `names` are source attributes in the words of a mapping.
    """

    def security_groups(self, name_or_id: str) -> list[Json]:
        """List the security groups of a display name: Entra provisions no others."""
        return [each for each in self._groups(name_or_id) if each.get("securityEnabled")]

    def users(self, name_or_id: str) -> list[Json]:
        """List the users of a user principal name, one at most."""
        return self._found("users", ("userPrincipalName",), name_or_id, selected("User", ()))

    def kind_of(self, name_or_id: str) -> str:
        """Return what an object id or a name is of in this tenant, "" for nothing; an application only by its id."""
        looks = {"group": self._groups, "user": self.users}
        if re.fullmatch(GUID, name_or_id):
            looks["enterprise application"] = self.service_principals
        return next((kind for kind, found in looks.items() if found(name_or_id)), "")

    def service_principals(self, name_or_id: str) -> list[Json]:
        """List the enterprise applications of a display name, with their app roles."""
        return self._found("servicePrincipals", ("displayName",), name_or_id, "id,displayName,accountEnabled,appRoles")

    def applications(self, name: str) -> list[Json]:
        """List the applications of a display name, with the template that each is from and when it was made."""
        chosen = "id,appId,displayName,createdDateTime,applicationTemplateId"
        return self._filtered("applications", ("displayName",), name, chosen)

    def application(self, object_id: str) -> Json:
        """Return an application by its object id. Raises NotFoundError if there is none."""
        path = f"/applications/{object_id}?$select=id,appId,displayName,applicationTemplateId"
        return self.read_one(self.call("read the application", "GET", path, permission=_PERMISSIONS["applications"]))

    def service_principals_of(self, app_id: str) -> list[Json]:
        """List the service principal of an application, by its client id (`appId`)."""
        return self._filtered("servicePrincipals", ("appId",), app_id, "id,displayName")

    def service_principals_from(self, template_id: str) -> list[Json]:
        """List the enterprise applications that were made from a template of the gallery."""
        return self._filtered("servicePrincipals", ("applicationTemplateId",), template_id, "id,displayName")

    def user(self, name_or_id: str) -> Json:
        """Return the one user of any name. Raises NotFoundError if there is none, StoppedError for several."""
        return _only(self._persons(name_or_id), "user", name_or_id)

    def user_or_group(self, name_or_id: str) -> Json:
        """Return a user, or a group by its display name, with `@odata.type`; raises as `user` does."""
        groups = [{"@odata.type": "#microsoft.graph.group", **each} for each in self._groups(name_or_id)]
        return _only([*self._persons(name_or_id), *groups], "user or group", name_or_id)

    def read_object(self, kind: Kind, object_id: str, names: Iterable[str]) -> Json:
        """Return a user or group by object id. Raises NotFoundError if there is none, or it is deleted."""
        plural = f"{kind.lower()}s"
        path = f"/{plural}/{object_id}?$select={selected(kind, names)}"
        call = self.call(f"read a {kind.lower()}", "GET", path, permission=_PERMISSIONS[plural], hints=_GONE)
        return self.read_one(call)

    def members(self, group_id: str, names: Iterable[str] = ()) -> Iterator[list[Json]]:
        """Read the direct members of a group page by page; `@odata.type` distinguishes users, groups and others."""
        path = f"/groups/{group_id}/members?$select={selected('User', names)}&$top=999"
        return self.pages("list the members of a group", path, permission="GroupMember.Read.All", hints=_GONE)

    def _groups(self, name_or_id: str) -> list[Json]:
        return self._found("groups", ("displayName",), name_or_id, selected("Group", ()))

    def _persons(self, name_or_id: str) -> list[Json]:
        """List the users who are known by a name; a user principal name comes before other names."""
        keys = ("userPrincipalName", "mail", "displayName")
        found = self._found("users", keys, name_or_id, selected("User", ()))
        exact = [each for each in found if str(each.get("userPrincipalName")).lower() == name_or_id.lower()]
        return [{"@odata.type": "#microsoft.graph.user", **each} for each in exact or found]

    def _found(self, kind: str, keys: Sequence[str], name_or_id: str, chosen: str) -> list[Json]:
        if not re.fullmatch(GUID, name_or_id):
            return self._filtered(kind, keys, name_or_id, chosen)
        path = f"/{kind}/{name_or_id.lower()}?$select={chosen}"
        call = self.call(f"find among the {kind}", "GET", path, permission=_PERMISSIONS[kind])
        try:
            return [self.read_one(call)]
        except NotFoundError:
            return []

    def _filtered(self, kind: str, keys: Sequence[str], name: str, chosen: str) -> list[Json]:
        literal = "'{}'".format(name.replace("'", "''"))  # OData doubles a quote
        wanted = " or ".join(f"{key} eq {literal}" for key in keys)
        path = f"/{kind}?$filter={quote(wanted, safe='')}&$select={chosen}"
        pages = self.pages(f"find among the {kind}", path, permission=_PERMISSIONS[kind], hints=_BY_ID)
        return [each for page in pages for each in page]


def _only(found: Sequence[Json], kind: str, name: str) -> Json:
    if not found:
        raise NotFoundError(
            f"Entra has no {kind} {name!r}: check the spelling, or name it by its object id", status=404
        )
    if len(found) > 1:
        shown = [f"{str(each['@odata.type']).rpartition('.')[2]} {each.get('id')}" for each in found[:_MANY]]
        more = f" and {len(found) - _MANY} more" if len(found) > _MANY else ""
        raise StoppedError(
            f"{name!r} is the name of {len(found)} in Entra: name one by its id: {', '.join(shown)}{more}"
        )
    return found[0]
