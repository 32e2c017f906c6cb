"""What of a comparison counts as a difference, and what is a note: decided by what the mappings allow. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from scimctl.commands.verify.comparison import Compared, Membership
from scimctl.commands.verify.expected import Rules
from scimctl.terminal.report import counted

_NOUNS = {"User": "users", "Group": "groups"}


@dataclass(frozen=True)
class Findings:
    """The comparison of users and, if they are provisioned, of groups and their members.

    `unassigned` is a line for each group or user that the last `up` assigned and that is not assigned any more.
    """

    user_rules: Rules
    users: Compared
    group_rules: Rules | None = None
    groups: Compared | None = None
    memberships: Sequence[Membership] = ()
    nested: Mapping[str, Sequence[str]] = field(default_factory=dict[str, Sequence[str]])
    unassigned: Sequence[str] = ()

    @property
    def kinds(self) -> list[tuple[Rules, Compared]]:
        """Pair what was compared with its rules."""
        both = [(self.user_rules, self.users)]
        return [*both, (self.group_rules, self.groups)] if self.group_rules and self.groups else both

    @property
    def differences(self) -> int:
        """Count what an up-to-date GreenLake would not have."""
        own = sum(
            len(found.extra)
            + len(found.missing) * ("Add" in rules.mapping.flow_types)
            + len(found.differing) * ("Update" in rules.mapping.flow_types)
            for rules, found in self.kinds
        )
        own += len(self.unassigned)
        return own + len(self.memberships) * bool(self.group_rules and "Update" in self.group_rules.mapping.flow_types)

    def notes(self) -> list[str]:
        """Return what does not count, what was not compared, and what is worth knowing about the rest."""
        return [note for rules, found in self.kinds for note in _notes(rules, found)] + [*self._of_groups()]

    def _of_groups(self) -> Iterator[str]:
        if self.group_rules is None:
            yield "groups are not compared: their mapping is disabled"
        elif self.memberships and "Update" not in self.group_rules.mapping.flow_types:
            yield "members are a note: the action update of groups is off, so Entra neither adds nor removes any"
        inside = sum(len(names) for names in self.nested.values())
        if inside:
            yield (
                f"{counted(inside, 'group')} inside of assigned groups: Entra does not provision the members of nested "
                "groups"
            )


def _notes(rules: Rules, found: Compared) -> Iterator[str]:
    nouns, flows = _NOUNS[rules.kind], rules.mapping.flow_types
    if found.extra:
        yield f"extra {nouns} may have been made by hand, or have stayed when they left: Entra removes only its own"
    if found.missing and "Add" not in flows:
        yield f"missing {nouns} are a note: the action create is off"
    if found.differing and "Update" not in flows:
        yield f"differing {nouns} are a note: the action update is off, so Entra leaves them as they are"
    if found.disabled and ("Update" not in flows or "active" not in rules.mapping.attribute_mappings):
        names = _some([one.label for one in found.disabled])
        yield f"disabled in Entra and still in GreenLake, because these mappings do not disable anybody: {names}"
    if found.uncertain:
        names = _some([one.label for one in found.uncertain])
        yield f"not there, and need not be, being disabled in Entra or beyond what can be judged of the filter: {names}"
    if found.without_key:
        names = _some([one.label for one in found.without_key])
        yield f"Entra skips {nouns} without a value for {rules.key}: {names}"
    if found.twins:
        yield f"several {nouns} of one name, of which Entra provisions one: {_some([one.key for one in found.twins])}"
    if rules.left_out:
        yield f"not compared of {nouns}, because only Entra knows the value: {', '.join(rules.left_out)}"


def _some(names: Sequence[str]) -> str:
    more = f" and {len(names) - 5} more" if len(names) > 5 else ""
    return ", ".join(names[:5]) + more
