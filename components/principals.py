"""The groups and users of the stack file as Entra knows them, looked up all at once."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import pulumi
from pulumi_azuread.get_group import get_group
from pulumi_azuread.get_user import get_user

from components.deployed import Deployed
from components.lookup import AbsentError, Kind, UnresolvedError, id_or_name
from providers import run_log
from providers.output import spelled
from stacks.sections import Access, AccessEntry

_REMEDY = "create it, correct the name, or remove it from the list"
_UNTIL_THEN = "until then nobody is unassigned"
_KINDS = {
    "group": Kind("access.groups", "security group", "Group.Read.All", _REMEDY),
    "user": Kind("access.users", "user", "User.Read.All", _REMEDY),
}


@dataclass(frozen=True)
class Principal:
    """A group or user to be assigned.

    `label` is the stack file's name for it, `deployed_as` the name of its assignment in state, "" if there is none,
    `is_by_name` is set if Entra found it by its name alone.
    """

    label: str
    kind: str
    object_id: str
    deployed_as: str = ""
    is_by_name: bool = False

    @property
    def named_as(self) -> str:
        """Return what the stack file calls it, with its kind."""
        return f"{self.kind} {self.label}"

    @property
    def resource_name(self) -> str:
        """Return the name of its assignment as a resource: by object id, since names are changed and handed on."""
        return f"{self.kind} {self.object_id}"

    @property
    def is_named_otherwise(self) -> bool:
        """Return whether state has its assignment under another name."""
        return self.deployed_as not in ("", self.resource_name)


@dataclass(frozen=True)
class Principals:
    """Who is to be assigned; `unresolved` is a line for each entry that Entra does not answer with one group or user.

    `kept` are the object ids that stay assigned because any of the unresolved entries may mean them.
    """

    found: Sequence[Principal] = ()
    unresolved: Sequence[str] = ()
    kept: Sequence[str] = ()
    deployed: Deployed = field(default_factory=Deployed)

    @property
    def object_ids(self) -> list[str]:
        """List all who stay or become assigned."""
        return [*(principal.object_id for principal in self.found), *self.kept]

    @property
    def labels(self) -> dict[str, str]:
        """Return what the stack file calls each of them, or called it when it was found last, by object id."""
        kept = {one: self.deployed.labels[one] for one in self.kept if one in self.deployed.labels}
        return {**kept, **{one.object_id: one.named_as for one in self.found}}

    @property
    def new_ids(self) -> list[str]:
        """List whose assignment is not in state."""
        return [principal.object_id for principal in self.found if not principal.deployed_as]

    def stop_if_unresolved(self) -> None:
        """Raise `pulumi.RunError` with the lines; the engine deletes nothing after an error of the program."""
        if self.unresolved:
            raise pulumi.RunError("\n".join(spelled(f"{line}; {_UNTIL_THEN}") for line in self.unresolved))


def find_principals(access: Access, deployed: Deployed) -> Principals:
    """Look up every configured group and user.

    Raises `pulumi.RunError` at once if an entry is unresolved and no token was deployed yet: there is nothing to keep.
    """
    found: dict[str, Principal] = {}
    unresolved: list[str] = []
    for entry in access.entries:
        try:
            principal = _find(entry, deployed)
        except AbsentError as problem:
            unresolved.append(_renamed(entry, deployed) or str(problem))
            continue
        except UnresolvedError as problem:
            unresolved.append(str(problem))
            continue
        twin = found.setdefault(principal.object_id, principal)
        if twin is not principal:
            both = f"{entry.kind} {twin.label} and {entry.kind} {principal.label}"
            unresolved.append(f"{entry.key}: {both} are one and the same: keep one of them")
    unresolved += _changed_hands(found, deployed)
    lines = tuple(dict.fromkeys(unresolved))
    if lines and not deployed.has_token:
        raise pulumi.RunError("\n".join(lines))
    known = dict.fromkeys((*deployed.assignments, *deployed.principals)) if lines else {}
    return Principals(tuple(found.values()), lines, tuple(one for one in known if one not in found), deployed)


def _renamed(entry: AccessEntry, deployed: Deployed) -> str:
    """Return what a group or user of the last `up` is named now, "" if it is deleted or was not assigned."""
    assigned = deployed.called(f"{entry.kind} {entry.name}")
    if not assigned or entry.object_id:
        return ""
    try:
        _, name, *_ = (
            _group(AccessEntry("group", "", assigned))
            if entry.kind == "group"
            else _user(AccessEntry("user", "", assigned))
        )
    except UnresolvedError:
        return ""
    return f'{entry.key}: the {entry.kind} "{entry.name}" is named "{name}" now: `scimctl scope --pin` writes its id'


def _changed_hands(found: dict[str, Principal], deployed: Deployed) -> list[str]:
    """Take out, with a line, whose name was that of a principal who is still there and would lose access."""
    lines: list[str] = []
    for principal in list(found.values()):
        before = deployed.called(principal.named_as)
        if before and before not in found and principal.is_by_name and _is_there(principal.kind, before):
            lines.append(
                f'access.{principal.kind}s: "{principal.label}" was {before} at the last `up` and is '
                f"{principal.object_id} now: write the object id that is meant"
            )
            del found[principal.object_id]
    return lines


def _is_there(kind: str, object_id: str) -> bool:
    """Return whether a principal exists; if that may not be read it is assumed, so that nobody loses access."""
    try:
        _find(AccessEntry("group" if kind == "group" else "user", "", object_id), Deployed())
    except UnresolvedError as problem:
        return not isinstance(problem, AbsentError)
    return True


def _find(entry: AccessEntry, deployed: Deployed) -> Principal:
    object_id, *names = _group(entry) if entry.kind == "group" else _user(entry)
    if entry.is_renamed(*names):
        run_log.note(f'{entry.key}: the {entry.kind} {object_id} is named "{names[0]}" now, not "{entry.name}"')
    is_by_name = not entry.object_id
    return Principal(entry.label, entry.kind, object_id, deployed.assignments.get(object_id, ""), is_by_name)


def _group(entry: AccessEntry) -> tuple[str, str]:
    kind = _KINDS["group"]
    if not entry.object_id and "'" in entry.name:
        # azuread 6.11 does not double it in the filter of a group, so Graph would refuse the question.
        raise UnresolvedError(f'{kind.key}: "{entry.name}" has an apostrophe in its name: write its object id instead')
    object_id, display_name = id_or_name(entry.object_id or entry.name)
    # Entra provisions security groups only, and a name may belong to a distribution list as well.
    group = kind.find(
        entry.sought,
        lambda: get_group(object_id=object_id, display_name=display_name, security_enabled=True),
    )
    return group.object_id, group.display_name


def _user(entry: AccessEntry) -> tuple[str, str, str]:
    object_id, principal_name = id_or_name(entry.object_id or entry.name)
    user = _KINDS["user"].find(entry.sought, lambda: get_user(object_id=object_id, user_principal_name=principal_name))
    return user.object_id, user.user_principal_name, user.display_name
