"""The live attribute mappings as a stack file writes them, and what it has no words for; pure."""

import json
from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from providers.entra.graph.fields import entries
from providers.entra.mapping.drift import mapping_drift
from providers.entra.mapping.mappings import facts, object_mapping, read_wanted, scope_groups
from stacks.mappings import Mappings
from stacks.problems import lines

Json = dict[str, Any]

_ACTIONS = {"Add": "create", "Update": "update", "Delete": "delete"}
_SECTIONS = {"users": "User", "groups": "Group"}


def live_mappings(schema: Mapping[str, Any]) -> tuple[Json, list[str]]:
    """Return the section mappings that means what is live, without what is a default already, and the problems.

    What the section does not bring back is found by the comparison that drift uses, so nothing is lost in silence.
    """
    section = {name: _of_object(object_mapping(schema, source)) for name, source in _SECTIONS.items()}
    try:
        mappings = Mappings.model_validate_json(json.dumps(section))
    except ValidationError as error:
        return section, [f"mappings.{line}" for line in lines(error, ())]
    left = mapping_drift(schema, read_wanted(mappings.as_schema()))
    problems = [f"mappings: a stack file cannot express this: {line}: change it in the portal" for line in left]
    return _without_defaults(section), problems


def changes_by_default(schema: Mapping[str, Any]) -> list[str]:
    """List how the live mappings differ from the defaults of this program, in the portal's words."""
    return mapping_drift(schema, read_wanted(Mappings().as_schema()))


def _of_object(live: Mapping[str, Any]) -> Json:
    ticked = {flow.strip() for flow in str(live.get("flowTypes") or "").split(",")}
    scope = [[_clause(*clause) for clause in group] for group in scope_groups(live.get("scope"))]
    return {
        "enabled": bool(live.get("enabled")),
        "actions": [action for flow, action in _ACTIONS.items() if flow in ticked],
        "scope": scope,
        "attributes": {
            str(each.get("targetAttributeName")): _attribute(each) for each in entries(live, "attributeMappings")
        },
    }


def _clause(attribute: str, operator: str, values: tuple[str, ...]) -> Json:
    return {"attribute": attribute, "operator": operator, **({"values": list(values)} if values else {})}


def _attribute(live: Mapping[str, Any]) -> Json | str:
    """Return one attribute mapping; only a name if that suffices."""
    text, matching, flow_type, _, default = facts(live)
    source: Json = live.get("source") or {"type": "Constant", "name": live.get("defaultValue") or ""}
    kind = {"Attribute": "source", "Constant": "constant"}.get(str(source.get("type")), "expression")
    more: Json = {
        "matching": matching or None,
        "default": default or None,
        "onlyOnCreate": True if flow_type == "ObjectAddOnly" else None,
    }
    said = {key: value for key, value in more.items() if value is not None}
    origin = str(source.get("expression") or text) if kind == "expression" else str(source.get("name") or "")
    return origin if kind == "source" and not said else {kind: origin, **said}


def _without_defaults(section: Json) -> Json:
    """Leave out what the defaults mean as well; attributes compare as a whole, as they replace the default so."""
    defaults, ours = Mappings(), Mappings.model_validate_json(json.dumps(section))
    kept: Json = {}
    for name, of in section.items():
        default, own = getattr(defaults, name), getattr(ours, name)
        same = {field for field in of if getattr(default, field) == getattr(own, field)}
        if set(of) - same:
            kept[name] = {field: value for field, value in of.items() if field not in same}
    return kept
