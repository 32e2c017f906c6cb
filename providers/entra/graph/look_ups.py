"""Find what a stack file names, as `pulumi up` finds it; whoever calls judges none, one and several.

Source: Graph v1.0, group, user, servicePrincipal: list with $filter.
"""

import re
from urllib.parse import quote

from providers.entra.graph.client import GraphClient, Json
from providers.errors import NotFoundError

_OBJECT_ID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


class LookUps(GraphClient):
    """Look-ups by the exact name, without regard to case, or by object id."""

    def security_groups(self, name_or_id: str) -> list[Json]:
        """List the security groups of a display name: Entra provisions no others."""
        found = self._found("groups", "displayName", name_or_id, "id,displayName,securityEnabled", "Group.Read.All")
        return [each for each in found if each.get("securityEnabled")]

    def users(self, name_or_id: str) -> list[Json]:
        """List the users of a user principal name, one at most."""
        chosen = "id,displayName,userPrincipalName"
        return self._found("users", "userPrincipalName", name_or_id, chosen, "User.Read.All")

    def service_principals(self, name_or_id: str) -> list[Json]:
        """List the enterprise applications of a display name."""
        return self._found("servicePrincipals", "displayName", name_or_id, "id,displayName", "Application.Read.All")

    def applications(self, name: str) -> list[Json]:
        """List the applications of a display name, with the template that each is from and when it was made."""
        chosen = "id,appId,displayName,createdDateTime,applicationTemplateId"
        return self._filtered("applications", "displayName", name, chosen, "Application.Read.All")

    def service_principals_of(self, app_id: str) -> list[Json]:
        """List the service principal of an application, by its client id (`appId`)."""
        return self._filtered("servicePrincipals", "appId", app_id, "id,displayName", "Application.Read.All")

    def _found(self, kind: str, key: str, name_or_id: str, chosen: str, permission: str) -> list[Json]:
        if _OBJECT_ID.fullmatch(name_or_id):
            call = self.call(
                f"find among the {kind}", "GET", f"/{kind}/{name_or_id}?$select={chosen}", permission=permission
            )
            try:
                return [self.read_one(call)]
            except NotFoundError:
                return []
        return self._filtered(kind, key, name_or_id, chosen, permission)

    def _filtered(self, kind: str, key: str, name: str, chosen: str, permission: str) -> list[Json]:
        literal = "'{}'".format(name.replace("'", "''"))
        path = f"/{kind}?$filter={quote(f'{key} eq {literal}', safe='')}&$select={chosen}"
        return [each for page in self.pages(f"find among the {kind}", path, permission=permission) for each in page]
