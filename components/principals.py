"""The groups and users of the stack file as Entra knows them, looked up all at once."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pulumi
import pulumi_azuread as azuread

from components.lookup import Kind, UnresolvedError, id_or_name
from stacks.access import Access

_REMEDY = "create it, correct the name, or remove it from the list"
_GROUPS = Kind("access.groups", "security group", "Group.Read.All", _REMEDY)
_USERS = Kind("access.users", "user", "User.Read.All", _REMEDY)


@dataclass(frozen=True)
class Principal:
    """A group or user to be assigned; `label` as configured, `other_labels` the same one by its other names."""

    label: str
    other_labels: tuple[str, ...]
    object_id: str


def find_principals(access: Access) -> tuple[Principal, ...]:
    """Look up every configured group and user.

    Raises `pulumi.RunError` with one line for each that is not to be found, is not the only one, or is named twice.
    """
    found: dict[str, Principal] = {}
    problems: list[str] = []
    for key, find, name in _wanted(access):
        try:
            principal = find(name)
        except UnresolvedError as problem:
            problems.append(str(problem))
            continue
        twin = found.setdefault(principal.object_id, principal)
        if twin is not principal:
            problems.append(f"{key}: {twin.label} and {principal.label} are one and the same: keep one of them")
    if problems:
        raise pulumi.RunError("\n".join(dict.fromkeys(problems)))
    return tuple(found.values())


def _wanted(access: Access) -> Iterator[tuple[str, Callable[[str], Principal], str]]:
    yield from ((_GROUPS.key, _group, name) for name in access.groups)
    yield from ((_USERS.key, _user, name) for name in access.users)


def _group(name: str) -> Principal:
    if "'" in name:
        # azuread 6.11 does not double it in the filter of a group, so Graph would refuse the question.
        raise UnresolvedError(f'{_GROUPS.key}: "{name}" has an apostrophe in its name: write its object id instead')
    object_id, display_name = id_or_name(name)
    # Entra provisions security groups only, and a name may belong to a distribution list as well.
    group = _GROUPS.find(
        name,
        lambda: azuread.get_group(object_id=object_id, display_name=display_name, security_enabled=True),
    )
    return _principal("group", name, group.object_id, group.display_name)


def _user(name: str) -> Principal:
    object_id, principal_name = id_or_name(name)
    user = _USERS.find(name, lambda: azuread.get_user(object_id=object_id, user_principal_name=principal_name))
    return _principal("user", name, user.object_id, user.user_principal_name)


def _principal(kind: str, configured: str, object_id: str, entra_name: str) -> Principal:
    others = tuple(f"{kind} {name}" for name in (object_id, entra_name) if name != configured)
    return Principal(f"{kind} {configured}", others, object_id)
