"""Which application role an assignment gives; pure. Source: Graph v1.0, appRole and appRoleAssignment."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from providers.entra.graph.fields import entries
from providers.errors import StoppedError

DEFAULT_ACCESS = "00000000-0000-0000-0000-000000000000"  # Graph's appRoleAssignment: for applications without roles


@dataclass(frozen=True)
class AppRole:
    """A role of an application, as far as the choice needs it."""

    id: str
    name: str
    enabled: bool
    member_types: Sequence[str]


def roles_of(service_principal: Mapping[str, Any]) -> list[AppRole]:
    """Return the roles of an application as Graph shows it."""
    return [
        AppRole(
            id=str(role.get("id")),
            name=str(role.get("displayName") or ""),
            enabled=bool(role.get("isEnabled")),
            member_types=role.get("allowedMemberTypes") or [],
        )
        for role in entries(service_principal, "appRoles")
    ]


class NoUserRoleError(StoppedError):
    """Only other roles are open to users: which of them is meant is not for us to guess; the text lists them."""


def user_role(roles: Sequence[AppRole]) -> str:
    """Return the id of the role `User`, of default access without roles for users; else NoUserRoleError."""
    given = [role for role in roles if role.enabled and "User" in role.member_types]
    named = [role.id for role in given if role.name == "User"]
    if named:
        return named[0]
    if given:
        raise NoUserRoleError(", ".join(role.name for role in given))
    return DEFAULT_ACCESS
