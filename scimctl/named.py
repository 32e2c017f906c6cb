"""The groups and users that a stack file names, as Entra knows them; what is wrong with a name, in a line each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from providers.deadline import Deadline
from providers.entra.graph_client import Json
from providers.entra.look_ups import LookUps
from providers.errors import ConfigurationError
from scimctl.progress import Tell
from stacks.access import Access
from stacks.fields import is_object_id


@dataclass(frozen=True)
class Name:
    """A name of the section access, and what it names: `kind` is Group or User."""

    kind: str
    name: str

    @property
    def key(self) -> str:
        """Return where the stack file has it."""
        return f"access.{self.kind.lower()}s"

    def find(self, tenant_id: str) -> list[Json]:
        """Look it up in a tenant as `pulumi up` does."""
        look_ups = LookUps(tenant_id, Deadline())
        return look_ups.security_groups(self.name) if self.kind == "Group" else look_ups.users(self.name)

    def problem(self, found: Sequence[Json]) -> str:
        """Say what `up` would stop at, "" where it would not; the remedy follows a colon."""
        noun = "security group" if self.kind == "Group" else "user"
        if not found:
            return f'no {noun} is named "{self.name}": create it, correct the name, or remove it from the list'
        if len(found) > 1:
            return f'{len(found)} {noun}s are named "{self.name}": write the object id of one instead'
        if self.kind == "Group" and "'" in self.name and not is_object_id(self.name):
            return (
                f'"{self.name}" has an apostrophe, which the look-up of `up` cannot take: write its object id instead'
            )
        return ""


def names_of(access: Access) -> list[Name]:
    """List what the section names."""
    return [*(Name("Group", one) for one in access.groups), *(Name("User", one) for one in access.users)]


def what_if(access: Access, added: Sequence[str], removed: Sequence[str]) -> Access:
    """Return the section with groups added and removed. Raises ConfigurationError for one that is not in it."""
    there = {one.casefold() for one in access.groups}
    unknown = [one for one in removed if one.casefold() not in there]
    if unknown:
        named = ", ".join(f'"{one}"' for one in unknown)
        raise ConfigurationError(f"access.groups does not name {named}: write it as the stack file does")
    gone = {one.casefold() for one in removed}
    groups = [one for one in access.groups if one.casefold() not in gone]
    new = [one for one in added if one.casefold() not in there]
    return access.model_copy(update={"groups": (*groups, *new)})


def found_names(tenant_id: str, access: Access, tell: Tell) -> Mapping[str, str]:
    """Look everything up; return the kind of each by object id. Raises ConfigurationError, a line for each problem."""
    found: dict[str, str] = {}
    problems: list[str] = []
    names = names_of(access)
    for done, name in enumerate(names):
        tell(done, len(names))
        answer = name.find(tenant_id)
        problem = name.problem(answer)
        if problem:
            problems.append(f"{name.key}: {problem}")
        else:
            found[str(answer[0]["id"])] = name.kind
    if problems:
        raise ConfigurationError("\n".join(problems))
    return found
