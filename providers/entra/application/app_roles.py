"""Which application role an assignment gives; pure. Source: Graph v1.0, appRole and appRoleAssignment."""

from collections.abc import Mapping
from typing import Any

from providers.entra.graph.fields import entries
from providers.errors import StoppedError

DEFAULT_ACCESS = "00000000-0000-0000-0000-000000000000"  # Graph's appRoleAssignment: for applications without roles


class NoUserRoleError(StoppedError):
    """Only other roles are open to users: which of them is meant is not for us to guess; the text lists them."""


def user_role(service_principal: Mapping[str, Any], kept: str = "") -> str:
    """Return the id of the role `User`, of default access without roles for users; else NoUserRoleError.

    The role that a stack gives already is `kept`, under another name and disabled as well: nobody is assigned anew.
    """
    roles = entries(service_principal, "appRoles")
    if kept in [role.get("id") for role in roles]:
        return kept
    given = [role for role in roles if role.get("isEnabled") and "User" in (role.get("allowedMemberTypes") or [])]
    named = [str(role.get("id")) for role in given if role.get("displayName") == "User"]
    if named:
        return named[0]
    if given:
        raise NoUserRoleError(", ".join(str(role.get("displayName") or "") for role in given))
    return DEFAULT_ACCESS
