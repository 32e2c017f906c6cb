"""The groups and users of the stack file as Entra knows them, looked up all at once."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Literal

import pulumi

from components.deployed import Deployed
from providers import run_log
from providers.entra.graph.fields import Json
from providers.errors import ForbiddenError, ProvisioningError
from providers.output import spelled
from stacks.config import StackConfig
from stacks.named import find, name_now, names_of, problem
from stacks.sections import AccessEntry

_UNTIL_THEN = "until then nobody is unassigned"
_AT_ONCE = 8


@dataclass(frozen=True)
class Principal:
    """A group or user to be assigned.

    `label` is the stack file's name for it, `deployed_as` the name of its assignment in state, "" if there is none,
    `is_by_name` is set if Entra found it by its name alone.
    """

    label: str
    kind: Literal["group", "user"]
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


def find_principals(config: StackConfig, deployed: Deployed) -> Principals:
    """Look up every configured group and user, all at once.

    Raises `pulumi.RunError` at once if the look-up itself fails, or if an entry is unresolved and no token was deployed
    yet: there is nothing to keep.
    """
    tenant_id, entries = config.tenant_id, config.access.entries
    found: dict[str, Principal] = {}
    unresolved: dict[str, str] = {}  # by what makes a line one of its kind: a denied look-up is reported once
    for entry, answer in zip(entries, _answers(tenant_id, entries), strict=True):
        if isinstance(answer, ForbiddenError):
            unresolved.setdefault(entry.key, f"{entry.key}: {answer}")
            continue
        before = "" if answer else deployed.called(f"{entry.kind} {entry.name}")
        wrong = problem(entry, answer, _name_now(tenant_id, entry, before))
        if wrong:
            unresolved[wrong] = f"{entry.key}: {wrong}"
            continue
        principal = _principal(entry, answer[0], deployed)
        twin = found.setdefault(principal.object_id, principal)
        if twin is not principal:
            both = f"{entry.kind} {twin.label} and {entry.kind} {principal.label}"
            unresolved[both] = f"{entry.key}: {both} are one and the same: keep one of them"
    lines = (*map(spelled, unresolved.values()), *_changed_hands(tenant_id, found, deployed))
    if lines and not deployed.has_token:
        raise pulumi.RunError("\n".join(lines))
    known = dict.fromkeys((*deployed.assignments, *deployed.principals)) if lines else {}
    return Principals(tuple(found.values()), lines, tuple(one for one in known if one not in found), deployed)


def _answers(tenant_id: str, entries: Sequence[AccessEntry]) -> list[list[Json] | ForbiddenError]:
    """Look entries up side by side; the first one signs in for all. Whatever fails but a permission ends the run."""

    def answer(entry: AccessEntry) -> list[Json] | ForbiddenError:
        try:
            return find(tenant_id, entry)
        except ForbiddenError as denied:
            return denied

    try:
        with ThreadPoolExecutor(_AT_ONCE) as side_by_side:
            return list(side_by_side.map(answer, entries))
    except ProvisioningError as error:
        raise pulumi.RunError(str(error)) from None


def _name_now(tenant_id: str, entry: AccessEntry, before: str) -> str:
    try:
        return name_now(tenant_id, entry, before)
    except ProvisioningError:  # then the entry is reported as missing
        return ""


def _changed_hands(tenant_id: str, found: dict[str, Principal], deployed: Deployed) -> list[str]:
    """Take out, with a line, whose name was that of a principal who is still there and would lose access."""
    lines: list[str] = []
    for principal in list(found.values()):
        before = deployed.called(principal.named_as)
        if before and before not in found and principal.is_by_name and _is_there(tenant_id, principal.kind, before):
            lines.append(
                f'access.{principal.kind}s: "{principal.label}" was {before} at the last `up` and is '
                f"{principal.object_id} now: write the object id that is meant"
            )
            del found[principal.object_id]
    return lines


def _is_there(tenant_id: str, kind: Literal["group", "user"], object_id: str) -> bool:
    """Return whether a principal exists; if that cannot be read it is assumed, so that nobody loses access."""
    try:
        return bool(find(tenant_id, AccessEntry(kind, "", object_id)))
    except ProvisioningError:
        return True


def _principal(entry: AccessEntry, found: Json, deployed: Deployed) -> Principal:
    object_id, names = str(found["id"]), names_of(found)
    if entry.is_renamed(*names):
        run_log.note(f'{entry.key}: the {entry.kind} {object_id} is named "{names[0]}" now, not "{entry.name}"')
    by_name = not entry.object_id
    return Principal(entry.label, entry.kind, object_id, deployed.assignments.get(object_id, ""), by_name)
