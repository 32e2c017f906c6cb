"""The groups and users that a stack file names, as Entra knows them; what is wrong with an entry, in a line each."""

from collections.abc import Sequence
from dataclasses import replace

from providers.entra.graph.client import Json
from providers.entra.graph.directory import Directory
from providers.errors import ConfigurationError
from providers.http.deadline import Deadline
from scimctl.access.pinning import assigned_as
from scimctl.terminal.progress import Tell
from stacks.sections import Access, AccessEntry


def find(tenant_id: str, entry: AccessEntry) -> list[Json]:
    """Look an entry up in a tenant as `pulumi up` does."""
    directory, wanted = Directory(tenant_id, Deadline()), entry.object_id or entry.name
    return directory.security_groups(wanted) if entry.kind == "group" else directory.users(wanted)


def id_at_last_up(entry: AccessEntry, resources: Sequence[Json]) -> str:
    """Return the object id that the last `up` assigned for an entry's name, in upper or lower case, "" for none."""
    by_label = {label.casefold(): one for label, one in assigned_as(resources).items()}
    return by_label.get(f"{entry.kind} {entry.name}".casefold(), "")


def find_assigned(tenant_id: str, entry: AccessEntry, assigned: str) -> list[Json]:
    """Look up what the last `up` assigned for an entry, whatever it is named now."""
    return find(tenant_id, replace(entry, object_id=assigned)) if assigned else []


def name_now(tenant_id: str, entry: AccessEntry, resources: Sequence[Json]) -> str:
    """Return what a group or user that the last `up` assigned by its name is named now, "" if it is deleted."""
    found = find_assigned(tenant_id, entry, "" if entry.object_id else id_at_last_up(entry, resources))
    return str(found[0].get("userPrincipalName") or found[0].get("displayName")) if found else ""


def problem(entry: AccessEntry, found: Sequence[Json], named_now: str = "") -> str:
    """Return what `up` ends with, "" if nothing is wrong; the remedy follows a colon.

    `named_now` is what it is named now if the last `up` assigned it by another name.
    """
    noun = "security group" if entry.kind == "group" else "user"
    if not found and named_now:
        return f'the {entry.kind} "{entry.name}" is named "{named_now}" now: `scimctl scope --pin` writes its id'
    if not found:
        todo = "create it, correct the name, or remove it from the list"
        return f'no {noun} is named "{entry.sought}" in this tenant: {todo}'
    if len(found) > 1:
        return f'more than one {noun} is named "{entry.name}" in this tenant: write its object id instead'
    if entry.kind == "group" and "'" in entry.name and not entry.object_id:
        return f'"{entry.name}" has an apostrophe, which the look-up of `up` cannot take: write its object id instead'
    return ""


def what_if(access: Access, added: Sequence[str], removed: Sequence[str]) -> Access:
    """Return the section with groups added and removed. Raises ConfigurationError if a removed group is not in it."""
    groups = [entry for entry in access.entries if entry.kind == "group"]
    there = {name for entry in groups for name in _names(entry)}
    unknown = [one for one in removed if one.casefold() not in there]
    if unknown:
        named = ", ".join(f'"{one}"' for one in unknown)
        raise ConfigurationError(f"access.groups does not name {named}: write it as the stack file does")
    gone = {one.casefold() for one in removed}
    written = zip(access.groups, groups, strict=True)
    kept = [one for one, entry in written if not gone & _names(entry)]
    new = [one for one in added if one.casefold() not in there]
    return access.model_copy(update={"groups": (*kept, *new)})


def found_entries(
    tenant_id: str, access: Access, resources: Sequence[Json], tell: Tell
) -> list[tuple[AccessEntry, Json]]:
    """Look everything up; `resources` are those of state. Raises ConfigurationError, a line for each problem."""
    found: list[tuple[AccessEntry, Json]] = []
    problems: list[str] = []
    for done, entry in enumerate(access.entries):
        tell(done, len(access.entries))
        answer = find(tenant_id, entry)
        wrong = problem(entry, answer, "" if answer else name_now(tenant_id, entry, resources))
        if wrong:
            problems.append(f"{entry.key}: {wrong}")
        else:
            found.append((entry, answer[0]))
    if problems:
        raise ConfigurationError("\n".join(problems))
    return found


def _names(entry: AccessEntry) -> set[str]:
    return {name.casefold() for name in (entry.name, entry.object_id) if name}
