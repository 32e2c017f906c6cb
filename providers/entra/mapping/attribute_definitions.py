"""Which attributes the directories of a synchronization schema define, and adding those that a stack file declares.

A mapping may only name attributes that are defined: a directory extension, or an attribute of a SCIM extension, is not
until it is added, which the portal calls "Edit attribute list". Pure. Source: Graph, directoryDefinition, and
"Configure synchronization with directory extension attributes".
"""

import copy
import re
from collections.abc import Collection, Iterator, Mapping
from difflib import get_close_matches
from typing import Any, Literal

from providers.entra.graph.fields import entries, text_in
from providers.entra.mapping.mappings import Json, ObjectMapping, object_mapping

Side = Literal["source", "target"]

_SIDES: tuple[Side, Side] = ("source", "target")
_SETTINGS = {"User": "users", "Group": "groups"}
_IN_EXPRESSION = re.compile(r'"(?:[^"\\]|\\.)*"|\[([^\[\]]+)\]')
_NEW: Mapping[str, Any] = {
    "anchor": False,
    "apiExpressions": [],
    "caseExact": False,
    "defaultValue": None,
    "flowNullValues": False,
    "metadata": [],
    "multivalued": False,
    "mutability": "ReadWrite",
    "referencedObjects": [],
    "required": False,
    "type": "String",
}


def undefined(schema: Mapping[str, Any], wanted: Mapping[str, ObjectMapping]) -> list[str]:
    """Name the attributes that a mapping uses and that are not defined, with what to do."""
    return [
        f"{side} attribute {attribute} of {name} is not defined{_similar(attribute, known)}: correct it, or add it "
        f"with mappings.{_SETTINGS.get(name, name)}.{side}Attributes in the stack file (docs/extension-attributes.md)"
        for name, want in wanted.items()
        for side in _SIDES
        if (known := _known(schema, name, side))
        for attribute in _used(want, side)
        if attribute not in known
    ]


def scope_problems(
    schema: Mapping[str, Any], wanted: Mapping[str, ObjectMapping], operators: Collection[str]
) -> list[str]:
    """Name the parts of the scope filters that Entra does not know: attributes of the source, operators."""
    problems: list[str] = []
    for name, want in wanted.items():
        known = _known(schema, name, "source")
        for clause in (clause for group in want.scope for clause in group):
            if clause.operator not in operators:
                problems.append(f"{name}: no operator {clause.operator} (there are {', '.join(sorted(operators))})")
            if known and clause.attribute not in known:
                problems.append(f"{name}: no source attribute {clause.attribute}")
    return problems


def definition_drift(schema: Mapping[str, Any], wanted: Mapping[str, ObjectMapping]) -> Iterator[str]:
    """Yield the declared attributes that are not defined."""
    for name, want in wanted.items():
        for side in _SIDES:
            yield from (f"{name} {side} attribute {each} is not defined" for each in _missing(schema, name, want, side))


def defined(schema: Json, wanted: Mapping[str, ObjectMapping]) -> Json:
    """Return a schema in which the declared attributes are defined."""
    complete = copy.deepcopy(schema)
    for name, want in wanted.items():
        for side in _SIDES:
            missing = _missing(complete, name, want, side)
            for each in _objects(complete, name, side) if missing else ():
                each["attributes"] = [*entries(each, "attributes"), *({**_NEW, "name": one} for one in missing)]
    return complete


def _missing(schema: Mapping[str, Any], name: str, want: ObjectMapping, side: Side) -> list[str]:
    """List the declared attributes that are not defined."""
    known = _known(schema, name, side)
    declared = want.source_attributes if side == "source" else want.target_attributes
    return [each for each in declared if each not in known]


def _used(want: ObjectMapping, side: Side) -> list[str]:
    """List the attributes that the mappings name, those in expressions too."""
    if side == "target":
        return list(want.attribute_mappings)
    texts = (f"[{each.source}]" if each.source else each.expression for each in want.attribute_mappings.values())
    return list(dict.fromkeys(found[1] for text in texts for found in _IN_EXPRESSION.finditer(text) if found[1]))


def _known(schema: Mapping[str, Any], name: str, side: Side) -> set[str]:
    """Collect what is defined for an object; empty if the schema came without its directories."""
    return {str(one.get("name")) for each in _objects(schema, name, side) for one in entries(each, "attributes")}


def _objects(schema: Mapping[str, Any], name: str, side: Side) -> list[Json]:
    """List the definitions of the object that a mapping reads from, or writes to."""
    directories = {text_in(rule, f"{side}DirectoryName") for rule in entries(schema, "synchronizationRules")}
    wanted = object_mapping(schema, name).get(f"{side}ObjectName")
    return [
        each
        for directory in entries(schema, "directories")
        if text_in(directory, "name") in directories
        for each in entries(directory, "objects")
        if each.get("name") == wanted
    ]


def _similar(attribute: str, known: set[str]) -> str:
    by_case = {each.lower(): each for each in known}
    found = get_close_matches(attribute.lower(), by_case, n=1, cutoff=0.85)
    return f" (did you mean {by_case[found[0]]}?)" if found else ""
