"""The groups and users that a stack file names, as Entra knows them; what is wrong with an entry, in a line each."""

from collections.abc import Sequence
from dataclasses import replace

from providers.entra.graph.directory import Directory
from providers.entra.graph.fields import Json
from providers.http.deadline import Deadline
from stacks.sections import AccessEntry


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


def name_now(tenant_id: str, entry: AccessEntry, assigned: str) -> str:
    """Return what a group or user that the last `up` assigned by its name is named now, "" if it is deleted."""
    found = [] if entry.object_id else find_assigned(tenant_id, entry, assigned)
    return names_of(found[0])[0] if found else ""


def problem(entry: AccessEntry, found: Sequence[Json], named_now: str = "") -> str:
    """Return what `up` ends with, "" if nothing is wrong; the remedy follows a colon.

    `named_now` is what it is named now if the last `up` assigned it by another name.
    """
    if not found and named_now:
        return f'the {entry.kind} "{entry.name}" is named "{named_now}" now: `scimctl scope --pin` writes its id'
    noun = "security group" if entry.kind == "group" else "user"
    return not_one(noun, entry.sought, found, "create it, correct the name, or remove it from the list")


def not_one(noun: str, name: str, found: Sequence[Json], remedy: str) -> str:
    """Return why a look-up did not find one object, and what to do, which is `remedy` if there is none; else ""."""
    if not found:
        return f'no {noun} is named "{name}" in this tenant: {remedy}'
    if len(found) > 1:
        return f'more than one {noun} is named "{name}" in this tenant: write its object id instead'
    return ""
