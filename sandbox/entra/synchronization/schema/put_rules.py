"""What the service makes of a schema that is put: checked, defaults filled in, the version counted up. Pure.

Documented: PUT replaces the whole; the version changes with every change; every object and attribute of a mapping is in
the directory definition; a mapping keeps one matching attribute. Assumed: the code and wording of a refusal, and that a
body without `directories` leaves them as they are.
"""

from collections.abc import Mapping
from typing import Any

from sandbox.core.documents import child, objects
from sandbox.core.json_types import is_list, is_object
from sandbox.core.store import Document
from sandbox.entra.graph.errors import GraphError
from sandbox.entra.graph.shape_rules import Shape, expect

_FLOWS = ("Add", "Update", "Delete")
_MAPPING_DEFAULTS: Mapping[str, Any] = {
    "defaultValue": None,
    "exportMissingReferences": False,
    "flowBehavior": "FlowWhenChanged",
    "flowType": "Always",
    "matchingPriority": 0,
    "source": None,
}
_TREE: Shape = {"name": str, "type": str, "expression": str, "parameters": [{"key": str, "value": {}}]}
_SHAPE: Shape = {
    "synchronizationRules": [
        {
            **dict.fromkeys(("id", "name", "sourceDirectoryName", "targetDirectoryName"), str),
            "objectMappings": [
                {
                    **dict.fromkeys(("name", "sourceObjectName", "targetObjectName", "flowTypes"), str),
                    "enabled": bool,
                    "scope": {},
                    "attributeMappings": [
                        {
                            **dict.fromkeys(("targetAttributeName", "defaultValue", "flowType", "flowBehavior"), str),
                            "matchingPriority": int,
                            "source": {},
                        }
                    ],
                }
            ],
        }
    ],
    "directories": [{"id": str, "name": str, "objects": [{"name": str, "attributes": [{"name": str, "type": str}]}]}],
}
_RULE_DEFAULTS: Mapping[str, Any] = {"containerFilter": None, "groupFilter": None, "metadata": []}
_OBJECT_DEFAULTS: Mapping[str, Any] = {"scope": None, "metadata": []}


def saved(body: Document, before: Document) -> Document:
    """Return what is kept of a body, as the successor of the schema before; raises GraphError 400."""
    expect(body, _SHAPE)
    schema = _without_annotations(body)
    if not schema.get("synchronizationRules"):
        raise _refused("synchronizationRules must hold the job's rule")
    directories = schema.get("directories") or before["directories"]
    known = {entry.get("name"): _attributes(entry) for entry in directories}
    rules = [_rule(rule, known) for rule in schema["synchronizationRules"]]
    major = int(str(before["version"]).partition(".")[0])
    return {
        "id": before["id"],
        "version": f"{major + 1}.0",
        "synchronizationRules": rules,
        "directories": directories,
    }


def _without_annotations(value: Any) -> Any:
    if is_object(value):
        return {name: _without_annotations(item) for name, item in value.items() if "@odata." not in name}
    if is_list(value):
        return [_without_annotations(item) for item in value]
    return value


def _attributes(directory: Document) -> dict[str, set[str]]:
    return {
        one.get("name", ""): {inner.get("name", "") for inner in objects(one, "attributes")}
        for one in objects(directory, "objects")
    }


def _rule(rule: Document, known: dict[str, dict[str, set[str]]]) -> Document:
    sides = [known.get(rule.get(name, "")) for name in ("sourceDirectoryName", "targetDirectoryName")]
    if None in sides:
        raise _refused("a rule's source or target directory is not among the directories")
    source, target = (side or {} for side in sides)
    mappings = [_object(mapping, source, target) for mapping in objects(rule, "objectMappings")]
    return {**_RULE_DEFAULTS, **rule, "objectMappings": mappings}


def _object(mapping: Document, source: dict[str, set[str]], target: dict[str, set[str]]) -> Document:
    """Complete one object mapping; one without a source object is the service's own and passes as it is."""
    if not mapping.get("sourceObjectName"):
        return mapping
    from_, to = source.get(mapping["sourceObjectName"]), target.get(mapping.get("targetObjectName") or "")
    if from_ is None or to is None:
        raise _refused(f"object mapping '{mapping.get('name')}' names an object that no directory has")
    attributes = [_attribute(one, from_, to) for one in objects(mapping, "attributeMappings")]
    if mapping.get("enabled") and not any(one["matchingPriority"] for one in attributes):
        raise _refused(f"object mapping '{mapping.get('name')}' has no matching attribute")
    flows = _flow_types(mapping.get("flowTypes") or "")
    return {**_OBJECT_DEFAULTS, **mapping, "flowTypes": flows, "attributeMappings": attributes}


def _flow_types(text: str) -> str:
    """Spell the flags as the service does."""
    given = {part.strip() for part in text.split(",") if part.strip()} - {"None"}
    if not given <= set(_FLOWS):
        raise _refused(f"flowTypes '{text}' are not of {', '.join(_FLOWS)}")
    return ",".join(flow for flow in _FLOWS if flow in given) or "None"


def _attribute(mapping: Document, source: set[str], target: set[str]) -> Document:
    name = mapping.get("targetAttributeName")
    if name not in target:
        raise _refused(f"target attribute '{name}' is not in the directory definition")
    complete = {**_MAPPING_DEFAULTS, **{key: value for key, value in mapping.items() if value is not None}}
    if complete["source"] is not None:
        complete["source"] = _source(complete["source"], source)
    return complete


def _source(tree: Document, known: set[str]) -> Document:
    """Complete a mapping's source, of which type and name are enough."""
    expect(tree, _TREE)
    kind, name = tree.get("type"), tree.get("name")
    if kind not in ("Attribute", "Constant", "Function") or name is None:
        raise _refused("a mapping's source needs a name and the type Attribute, Constant or Function")
    if kind == "Attribute" and name not in known:
        raise _refused(f"source attribute '{name}' is not in the directory definition")
    parameters = [
        {"key": one.get("key"), "value": _source(child(one, "value"), known)} for one in objects(tree, "parameters")
    ]
    return {
        "expression": tree.get("expression") or _shown(kind, name),
        "name": name,
        "type": kind,
        "parameters": parameters,
    }


def _shown(kind: str, name: str) -> str:
    return {"Attribute": f"[{name}]", "Constant": f'"{name}"'}.get(kind, f"{name}()")


def _refused(what: str) -> GraphError:
    return GraphError(400, "InvalidSchema", f"The synchronization schema is not valid: {what}.")
