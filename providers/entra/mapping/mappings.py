"""The attribute mappings we want, and how a live synchronization schema is edited to have them.

The managed unit is an object type: enabled, flow types, scope and the mappings keyed by target attribute. Everything
else of the live schema passes through untouched. Source: Graph, synchronizationSchema and attributeMapping.
"""

import copy
import json
import re
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic.alias_generators import to_camel

from providers.entra.graph.fields import entries
from providers.errors import StoppedError
from providers.state.types import edited_state

Json = dict[str, Any]
Facts = tuple[str, int, str, str, str]

_OUTSIDE_QUOTES = re.compile(r'("(?:[^"\\]|\\.)*")|\s+')


class _Wire(BaseModel):
    model_config = ConfigDict(frozen=True, alias_generator=to_camel, populate_by_name=True, extra="forbid")


class ScopeClause(_Wire):
    """One condition of a scope filter, in Graph's operator names (EQUALS, IS NOT NULL ...)."""

    attribute: str
    operator: str
    values: tuple[str, ...] = ()


class Wanted(_Wire):
    """The source of one target attribute's value: exactly one of source, constant and expression is set."""

    source: str = ""
    constant: str = ""
    expression: str = ""
    matching_priority: int = 0
    flow_type: str = "Always"
    flow_behavior: str = "FlowWhenChanged"
    default_value: str = ""

    @property
    def text(self) -> str:
        """Return the source as Graph writes it: `[givenName]`, `"constant"`, or the expression."""
        if self.source:
            return f"[{self.source}]"
        return canonical(self.expression) if self.expression else _quoted(self.constant)

    @property
    def facts(self) -> Facts:
        """Return what it means, as `facts` does of a live mapping."""
        return self.text, self.matching_priority, self.flow_type, self.flow_behavior, self.default_value


class ObjectMapping(_Wire):
    """What one object type should look like; `scope` is groups (OR) of clauses (AND), empty for everybody.

    `source_attributes` and `target_attributes` are added to what the directories define.
    """

    enabled: bool = True
    flow_types: tuple[str, ...]
    scope: tuple[tuple[ScopeClause, ...], ...] = ()
    attribute_mappings: Mapping[str, Wanted]
    source_attributes: tuple[str, ...] = ()
    target_attributes: tuple[str, ...] = ()


def read_wanted(mappings: Mapping[str, Any]) -> dict[str, ObjectMapping]:
    """Read the resource's input, keyed by source object name (User, Group); numbers may have come as floats.

    Raises StoppedError, which names the place and no value: then somebody has edited state.
    """
    found: dict[str, ObjectMapping] = {}
    for name, wanted in mappings.items():
        try:
            found[name] = ObjectMapping.model_validate(wanted)
        except ValidationError as error:
            place = ".".join(("mappings", name, *(str(step) for step in error.errors()[0]["loc"])))
            raise edited_state("SynchronizationSchema", place, "cannot be read") from None
    return found


def _quoted(text: str) -> str:
    """Write a constant as Graph does: in quotes, letters of every language as they are."""
    return json.dumps(text, ensure_ascii=False)


def canonical(expression: str) -> str:
    """Return an expression without the spaces that do not count, so that two spellings compare equal."""
    return _OUTSIDE_QUOTES.sub(lambda match: match[1] or "", expression)


def expressions(wanted: Mapping[str, ObjectMapping]) -> set[str]:
    """Collect the expressions whose parse trees are needed to write the mappings."""
    return {one.expression for of in wanted.values() for one in of.attribute_mappings.values() if one.expression}


def object_mapping(schema: Mapping[str, Any], source_object: str) -> Json:
    """Find the live mapping of a source object by name. Raises StoppedError unless there is exactly one."""
    found = [
        mapping
        for rule in entries(schema, "synchronizationRules")
        for mapping in entries(rule, "objectMappings")
        if mapping.get("sourceObjectName") == source_object and mapping.get("targetObjectName")
    ]
    if len(found) != 1:
        raise StoppedError(
            f"the synchronization schema has {len(found)} mappings for {source_object}, not one: "
            "the job must be of the template `scim` (Provisioning, non-gallery application)"
        )
    return found[0]


def edited(schema: Json, wanted: Mapping[str, ObjectMapping], parsed: Mapping[str, Json]) -> Json:
    """Return the live schema with the wanted mappings, `parsed` trees of expressions; right ones stay as they are."""
    body: Json = {key: value for key, value in copy.deepcopy(schema).items() if "@odata." not in key}
    for name, want in wanted.items():
        live = object_mapping(body, name)
        by_target = {each.get("targetAttributeName"): each for each in entries(live, "attributeMappings")}
        live["enabled"] = want.enabled
        live["flowTypes"] = ",".join(want.flow_types)
        live["scope"] = _scope(live.get("scope"), want)
        live["attributeMappings"] = [
            by_target[target]
            if target in by_target and facts(by_target[target]) == one.facts
            else _mapping(target, one, parsed)
            for target, one in want.attribute_mappings.items()
        ]
    return body


def facts(live: Mapping[str, Any]) -> Facts:
    """Return what a live mapping means, with defaults: source, precedence, flow type, behaviour, default value."""
    source: Json | None = live.get("source")
    default: str = live.get("defaultValue") or ""
    return (
        _source_text(source) if source else _quoted(default),
        int(live.get("matchingPriority") or 0),
        live.get("flowType") or "Always",
        live.get("flowBehavior") or "FlowWhenChanged",
        default if source else "",
    )


def scope_groups(scope: Mapping[str, Any] | None) -> list[list[tuple[str, str, tuple[str, ...]]]]:
    """Return a live scope filter as groups of (attribute, operator, values); in its own order."""
    if not scope:
        return []
    groups = [*entries(scope, "groups"), *entries(scope, "inputFilterGroups")]
    return sorted(sorted(_clause(clause) for clause in entries(group, "clauses")) for group in groups)


def wanted_scope(want: ObjectMapping) -> list[list[tuple[str, str, tuple[str, ...]]]]:
    """Return the wanted scope in the same form."""
    return sorted(sorted((each.attribute, each.operator, each.values) for each in group) for group in want.scope)


def _clause(clause: Mapping[str, Any]) -> tuple[str, str, tuple[str, ...]]:
    operand: Json = clause.get("targetOperand") or {}
    values: list[str] = operand.get("values") or []
    return clause.get("sourceOperandName") or "", clause.get("operatorName") or "", tuple(values)


def _source_text(source: Mapping[str, Any]) -> str:
    expression = source.get("expression")
    if expression:
        return canonical(expression)
    kind, name = source.get("type"), source.get("name") or ""
    return {"Attribute": f"[{name}]", "Constant": _quoted(name)}.get(str(kind), name)


def _mapping(target: str, want: Wanted, parsed: Mapping[str, Json]) -> Json:
    return {
        "targetAttributeName": target,
        "source": _source(want, parsed),
        "matchingPriority": want.matching_priority,
        "flowType": want.flow_type,
        "flowBehavior": want.flow_behavior,
        "defaultValue": want.default_value or None,
        "exportMissingReferences": False,
    }


def _source(want: Wanted, parsed: Mapping[str, Json]) -> Json:
    if want.expression:
        return parsed[want.expression]
    kind, name = ("Attribute", want.source) if want.source else ("Constant", want.constant)
    return {"type": kind, "name": name, "expression": want.text, "parameters": []}


def _scope(live: Mapping[str, Any] | None, want: ObjectMapping) -> Any:
    """Return the live filter if it means the same, so that its names and notes stay; else a plain one."""
    if scope_groups(live) == wanted_scope(want):
        return live
    groups = [
        {
            "name": f"scope {number}",
            "clauses": [
                {
                    "sourceOperandName": clause.attribute,
                    "operatorName": clause.operator,
                    "targetOperand": {"values": list(clause.values)},
                }
                for clause in group
            ],
        }
        for number, group in enumerate(want.scope, start=1)
    ]
    return {"groups": groups, "inputFilterGroups": [], "categoryFilterGroups": None} if groups else None
