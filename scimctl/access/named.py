"""All groups and users of a stack file, or of one that would be changed, looked up for a command."""

from collections.abc import Sequence

from providers.entra.graph.fields import Json
from providers.errors import ConfigurationError
from scimctl.access.pinning import assigned_as
from scimctl.terminal.console import Tell
from stacks.named import find, name_now, problem
from stacks.sections import Access, AccessEntry


def id_at_last_up(entry: AccessEntry, resources: Sequence[Json]) -> str:
    """Return the object id that the last `up` assigned for an entry's name, in upper or lower case, "" for none."""
    by_label = {label.casefold(): one for label, one in assigned_as(resources).items()}
    return by_label.get(f"{entry.kind} {entry.name}".casefold(), "")


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
        wrong = problem(entry, answer, "" if answer else name_now(tenant_id, entry, id_at_last_up(entry, resources)))
        if wrong:
            problems.append(f"{entry.key}: {wrong}")
        else:
            found.append((entry, answer[0]))
    if problems:
        raise ConfigurationError("\n".join(problems))
    return found


def _names(entry: AccessEntry) -> set[str]:
    return {name.casefold() for name in (entry.name, entry.object_id) if name}
