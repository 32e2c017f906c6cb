"""Which Graph permissions the program and scimctl need, and whether an access token of Graph carries them. Pure.

Source: the permission tables of Graph's reference. Application permissions are in the claim `roles`, those that a
person delegated are in `scp` (Microsoft, "Access token claims reference").
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import cast

from scimctl.commands.doctor.check import Check, ok, problem, unknown, warning

_DIRECTORY = ("Directory.Read.All", "Directory.ReadWrite.All")


@dataclass(frozen=True)
class Need:
    """A permission, what needs it, and those that include it; `essential` if `up` does not work without it."""

    permission: str
    purpose: str
    or_else: tuple[str, ...] = ()
    essential: bool = True


_READ_APPLICATIONS = Need(
    "Application.Read.All",
    "needed to find the application",
    ("Application.ReadWrite.All", "Application.ReadWrite.OwnedBy", *_DIRECTORY),
)
_WRITE_APPLICATIONS = Need(
    "Application.ReadWrite.All",
    "needed to make the application",
    ("Application.ReadWrite.OwnedBy", "Directory.ReadWrite.All"),
)
_READ_GROUPS = Need("Group.Read.All", "needed to find groups", ("Group.ReadWrite.All", *_DIRECTORY))
_READ_USERS = Need("User.Read.All", "needed to find users", ("User.ReadWrite.All", *_DIRECTORY))
_ALWAYS = (
    Need("AppRoleAssignment.ReadWrite.All", "needed to assign groups and users"),
    Need("Synchronization.ReadWrite.All", "needed for the job, its credentials and mappings"),
)
_READ_LOGS = Need("ProvisioningLog.Read.All", "only `scimctl logs` needs it", ("AuditLog.Read.All",), essential=False)
_ONLY_TO_LOOK = "only `scimctl verify` and `scope` need it"


def needs(*, makes_the_app: bool, names_groups: bool, names_users: bool) -> list[Need]:
    """List what a stack needs, by its file."""
    return [
        _WRITE_APPLICATIONS if makes_the_app else _READ_APPLICATIONS,
        *_ALWAYS,
        _READ_GROUPS if names_groups else replace(_READ_GROUPS, purpose=_ONLY_TO_LOOK, essential=False),
        _READ_USERS if names_users else replace(_READ_USERS, purpose=_ONLY_TO_LOOK, essential=False),
        _READ_LOGS,
    ]


def checked(needed: Collection[Need], claims: Mapping[str, object] | None) -> list[Check]:
    """Judge each permission by the claims of an access token, None if it cannot be read."""
    if claims is None:
        return [unknown(_id(need), "the access token cannot be read", "the first `up` shows it") for need in needed]
    if "scp" in claims:
        return [_of_person(need, str(claims["scp"]).split()) for need in needed]
    roles = cast("list[str]", claims.get("roles") or [])  # absent if nothing is granted
    return [_of_client(need, roles) for need in needed]


def _of_client(need: Need, roles: Collection[str]) -> Check:
    held = _held(need, roles)
    if held:
        return ok(_id(need), "granted" if held == need.permission else f"included in {held}")
    judge = problem if need.essential else warning
    todo = "grant it as an application permission of Microsoft Graph, with admin consent"
    return judge(_id(need), f"not granted; {need.purpose}", todo)


def _of_person(need: Need, scopes: Collection[str]) -> Check:
    """Judge a token by which a person delegated: what it may do depends on the person's directory roles as well."""
    if _held(need, scopes):
        return ok(_id(need), "delegated, as far as the person's own role goes")
    todo = "the person who signs in needs the role Cloud Application Administrator"
    return unknown(_id(need), "a person's access token does not show it", todo)


def _held(need: Need, granted: Collection[str]) -> str:
    return next((each for each in (need.permission, *need.or_else) if each in granted), "")


def _id(need: Need) -> str:
    return f"graph.{need.permission}"
