"""Who should be in GreenLake: what the mappings make of the users and groups that are assigned.

Pure. Only what flows as it is can be foretold: a plain source attribute or a constant, applied always. Expressions,
mappings that are applied on creation only, and default values, which count on creation only, are left out.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from providers.entra.graph import source_attributes
from providers.entra.graph.source_attributes import Kind, Value
from providers.entra.mapping.mappings import ObjectMapping, Wanted
from providers.errors import StoppedError
from scimctl.access.reach import name_of
from scimctl.commands.verify import scope_filter

MEMBERS = "members"


@dataclass(frozen=True)
class Rules:
    """What is compared of an object type. `key` is the target attribute that finds the same object at GreenLake."""

    kind: Kind
    mapping: ObjectMapping
    key: str
    compared: Mapping[str, Wanted]
    left_out: tuple[str, ...]

    @property
    def has_members(self) -> bool:
        """Return whether members flow."""
        return MEMBERS in self.mapping.attribute_mappings

    @property
    def sources(self) -> set[str]:
        """Collect the source attributes that are needed to judge."""
        filtered = {clause.attribute for group in self.mapping.scope for clause in group}
        return filtered | {each.source for each in self.compared.values() if each.source}


@dataclass(frozen=True)
class Expected:
    """A user or group that should be in GreenLake.

    `key` is "" if the matching attribute has no value, so that Entra skips it. `certain` is False if it may be
    there or not: it is disabled in Entra, or a scoping filter was beyond judgement.
    """

    id: str
    label: str
    key: str
    attributes: Mapping[str, Value]
    certain: bool
    disabled: bool


def rules_of(kind: Kind, mapping: ObjectMapping) -> Rules:
    """Choose what can be compared. Raises StoppedError if nothing plain is matched by."""
    plain = {target: one for target, one in mapping.attribute_mappings.items() if _is_plain(kind, one)}
    plain.pop(MEMBERS, None)
    matching = sorted((one.matching_priority, target) for target, one in plain.items() if one.matching_priority)
    if not matching:
        raise StoppedError(
            f"{kind} is matched by an expression only, which Entra alone can evaluate, so nobody can be matched here: "
            "nothing can be verified; `scimctl logs --failures` shows what fails"
        )
    left_out = sorted({*mapping.attribute_mappings} - {*plain, MEMBERS})
    return Rules(kind, mapping, matching[0][1], plain, tuple(left_out))


def expected(rules: Rules, found: Iterable[Mapping[str, Any]]) -> list[Expected]:
    """Return who of these assigned users or groups should be in GreenLake, or may be, in the order given."""
    return [each for each in (_one(rules, one) for one in found) if each is not None]


def _one(rules: Rules, found: Mapping[str, Any]) -> Expected | None:
    def read(name: str) -> Value | None:
        if not source_attributes.is_known(rules.kind, name):
            raise KeyError(name)
        return source_attributes.value(rules.kind, name, found)

    in_scope = scope_filter.passes(rules.mapping.scope, read)
    if in_scope is False or (rules.kind == "Group" and found.get("securityEnabled") is False):
        return None
    values = {target: read(one.source) if one.source else one.constant for target, one in rules.compared.items()}
    attributes = {target: value for target, value in values.items() if value is not None}
    disabled = found.get("accountEnabled") is False
    return Expected(
        id=str(found["id"]),
        label=name_of(found),
        key=str(attributes.get(rules.key, "")),
        attributes=attributes,
        certain=in_scope is True and not disabled,
        disabled=disabled,
    )


def _is_plain(kind: Kind, one: Wanted) -> bool:
    comes_as_it_is = bool(one.constant) or source_attributes.is_known(kind, one.source)
    return comes_as_it_is and not one.default_value and one.flow_type == "Always"
