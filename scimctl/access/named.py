"""All groups and users of a stack file, or of one that would be changed, looked up for a command."""

from collections.abc import Sequence

from providers.entra.graph.fields import Json
from providers.errors import ConfigurationError
from scimctl.access.pinning import assigned_as
from stacks.named import Called
from stacks.sections import Access, AccessEntry


def at_last_up(resources: Sequence[Json]) -> Called:
    """Return what gives the object id that the last `up` assigned by a label, in upper or lower case, "" for none."""
    by_label = {label.casefold(): one for label, one in assigned_as(resources).items()}
    return lambda label: by_label.get(label.casefold(), "")


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


def _names(entry: AccessEntry) -> set[str]:
    return {name.casefold() for name in (entry.name, entry.object_id) if name}
