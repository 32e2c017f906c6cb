"""The groups and users that a stack file names, as Entra knows them; what is wrong with an entry, in a line each."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

from providers import environment
from providers.entra.graph.directory import Directory
from providers.entra.graph.fields import Json
from providers.errors import ForbiddenError, ProvisioningError
from providers.http.deadline import Deadline
from stacks.sections import AccessEntry

_AT_ONCE = 8
Called = Callable[[str], str]


@dataclass(frozen=True)
class Resolved:
    """Whom entries mean, by object id; `problems` has what is wrong with each that means nobody for certain.

    `denied` has the entries that this client may not look up. `renamed` is a line for each pinned entry that Entra
    knows by another name.
    """

    found: Mapping[str, tuple[AccessEntry, Json]]
    problems: Mapping[AccessEntry, str]
    denied: Mapping[AccessEntry, ForbiddenError]
    renamed: Sequence[str]

    def meant_by(self, entry: AccessEntry) -> Json | None:
        """Return the group or user that an entry means, None if that is not certain."""
        return next((found for known, found in self.found.values() if known == entry), None)

    @property
    def unresolved(self) -> list[str]:
        """Return a line for each problem, and one for all groups or users that may not be looked up."""
        denied: dict[str, str] = {}
        for entry, error in self.denied.items():
            denied.setdefault(entry.key, f"{entry.key}: {error}")
        return [*denied.values(), *(f"{entry.key}: {what}" for entry, what in self.problems.items())]


def resolve(
    tenant_id: str,
    entries: Sequence[AccessEntry],
    called: Called,
    tell: Callable[[int, int], object] = lambda _done, _of: None,
) -> Resolved:
    """Look all entries up, side by side.

    `called` returns the object id that the last `up` assigned by a label such as "group Admins", "" for none. `tell`
    gets how many are looked up, of how many. Raises ProvisioningError if a look-up fails for another reason.
    """
    found: dict[str, tuple[AccessEntry, Json]] = {}
    problems: dict[AccessEntry, str] = {}
    denied: dict[AccessEntry, ForbiddenError] = {}
    renamed: list[str] = []
    for done, (entry, answer) in enumerate(zip(entries, _answers(tenant_id, entries), strict=True)):
        tell(done, len(entries))
        if isinstance(answer, ForbiddenError):
            denied[entry] = answer
            continue
        wrong = ("" if answer else _instead(tenant_id, entry, called(_label(entry)))) or problem(entry, answer)
        if wrong:
            problems[entry] = wrong
            continue
        names = names_of(answer[0])
        if entry.is_renamed(*names):
            now = f'is named "{names[0]}" now, not "{entry.name}"'
            renamed.append(f"{entry.key}: the {entry.kind} {entry.object_id} {now}")
        twin, _ = found.setdefault(str(answer[0]["id"]), (entry, answer[0]))
        if twin is not entry:
            problems[entry] = f"{_label(twin)} and {_label(entry)} are one and the same: keep one of them"
    while handed_on := _handed_on(tenant_id, found, called):  # which may leave another one without its former name
        object_id, entry, before = handed_on
        now = f"is {object_id} now: write the object id that is meant"
        problems[entry] = f'"{entry.label}" was {before} at the last `up` and {now}'
        del found[object_id]
    return Resolved(found, problems, denied, renamed)


def find(tenant_id: str, entry: AccessEntry) -> list[Json]:
    """Look an entry up in a tenant; Entra provisions security groups only. Raises ProvisioningError."""
    directory, wanted = Directory(tenant_id, Deadline()), entry.object_id or entry.name
    return directory.security_groups(wanted) if entry.kind == "group" else directory.users(wanted)


def find_assigned(tenant_id: str, entry: AccessEntry, assigned: str) -> list[Json]:
    """Look up the object id that the last `up` assigned for an entry, whatever it is named now; nothing for ""."""
    return find(tenant_id, replace(entry, object_id=assigned)) if assigned else []


def names_of(found: Json) -> list[str]:
    """Return the names that a stack file may use for a group or user, the one that it finds it by first."""
    return [str(found[key]) for key in ("userPrincipalName", "displayName") if found.get(key)]


def _name_now(tenant_id: str, entry: AccessEntry, assigned: str) -> str:
    """Return what a group or user that the last `up` assigned by its name is named now, "" if that cannot be read."""
    try:
        found = [] if entry.object_id else find_assigned(tenant_id, entry, assigned)
    except ProvisioningError:  # then the entry is reported as missing
        return ""
    return names_of(found[0])[0] if found else ""


def _instead(tenant_id: str, entry: AccessEntry, assigned: str) -> str:
    """Return what is wrong with an entry that nothing was found for and that is there all the same; else ""."""
    named_now = _name_now(tenant_id, entry, assigned)
    if named_now:
        return f'the {entry.kind} "{entry.name}" is named "{named_now}" now: `scimctl scope --pin` writes its id'
    try:
        kind = Directory(tenant_id, Deadline()).kind_of(entry.object_id or entry.name)
    except ProvisioningError:
        return ""
    return of_another_kind(entry, kind) if kind else ""


def of_another_kind(entry: AccessEntry, kind: str) -> str:
    """Return what is wrong with an entry that names an object of another kind, and what to do."""
    if kind == entry.kind:
        return f'the group "{entry.sought}" is not a security group: Entra provisions no others: name another group'
    place = {"group": "access.groups", "user": "access.users"}.get(kind)
    todo = f"write it under {place}" if place else f"write the object id of the {entry.kind} that is meant"
    of_kind = f"the {'id' if entry.object_id else 'name'} of {'a' if place else 'an'} {kind}"
    return f'"{entry.sought}" is {of_kind}, not of a {entry.kind}: {todo}'


def problem(entry: AccessEntry, found: Sequence[Json]) -> str:
    """Return what `up` ends with, "" if nothing is wrong; the remedy follows a colon."""
    noun = "security group" if entry.kind == "group" else "user"
    return not_one(noun, entry.sought, found, "create it, correct the name, or remove it from the list")


def not_one(noun: str, name: str, found: Sequence[Json], remedy: str) -> str:
    """Return why a look-up did not find one object, and what to do, which is `remedy` if there is none; else ""."""
    if not found:
        return f'no {noun} is named "{name}" in this tenant: {remedy}'
    if len(found) > 1:
        return f'more than one {noun} is named "{name}" in this tenant: write its object id instead'
    return ""


def _answers(tenant_id: str, entries: Sequence[AccessEntry]) -> Iterator[list[Json] | ForbiddenError]:
    """Look entries up side by side; the first one signs in for all."""
    environ = environment.current()

    def answer(entry: AccessEntry) -> list[Json] | ForbiddenError:
        with environment.of(environ):
            try:
                return find(tenant_id, entry)
            except ForbiddenError as denied:
                return denied

    with ThreadPoolExecutor(_AT_ONCE) as side_by_side:
        yield from side_by_side.map(answer, entries)


def _handed_on(
    tenant_id: str, found: Mapping[str, tuple[AccessEntry, Json]], called: Called
) -> tuple[str, AccessEntry, str] | None:
    """Find a name that was that of another one, who is still there and would lose access, with that one's object id."""
    for object_id, (entry, _) in found.items():
        before = "" if entry.object_id else called(_label(entry))
        if before and before not in found and _is_there(tenant_id, entry, before):
            return object_id, entry, before
    return None


def _is_there(tenant_id: str, entry: AccessEntry, object_id: str) -> bool:
    """Return whether a principal exists; if that cannot be read it is assumed, so that nobody loses access."""
    try:
        return bool(find_assigned(tenant_id, entry, object_id))
    except ProvisioningError:
        return True


def _label(entry: AccessEntry) -> str:
    return f"{entry.kind} {entry.label}"
