"""The groups and users of the stack file as Entra knows them, looked up all at once."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

import pulumi

from components.deployed import Deployed
from providers import run_log
from providers.errors import ProvisioningError
from providers.output import spelled
from stacks.config import StackConfig
from stacks.named import resolve

_UNTIL_THEN = "until then nobody is unassigned"


@dataclass(frozen=True)
class Principal:
    """A group or user to be assigned.

    `label` is the stack file's name for it, `deployed_as` the name of its assignment in state, "" if there is none.
    """

    label: str
    kind: Literal["group", "user"]
    object_id: str
    deployed_as: str = ""

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
    try:
        resolved = resolve(config.tenant_id, config.access.entries, deployed.called)
    except ProvisioningError as error:
        raise pulumi.RunError(str(error)) from None
    for line in resolved.renamed:
        run_log.note(line)
    lines = tuple(spelled(line) for line in resolved.unresolved)
    if lines and not deployed.has_token:
        raise pulumi.RunError("\n".join(lines))
    found = tuple(
        Principal(entry.label, entry.kind, object_id, deployed.assignments.get(object_id, ""))
        for object_id, (entry, _) in resolved.found.items()
    )
    known = dict.fromkeys((*deployed.assignments, *deployed.principals)) if lines else {}
    return Principals(found, lines, tuple(one for one in known if one not in resolved.found), deployed)
