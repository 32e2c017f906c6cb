"""From a source object to what is sent about it: an object mapping, evaluated.

Pure. Nulls are never provisioned; `defaultValue` counts on create only; a mapping with flow type ObjectAddOnly
likewise. Source: Microsoft, "Customize user provisioning attribute mappings".
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sandbox.provisioning.mapping import paths
from sandbox.provisioning.mapping.functions import Lookup, Value, evaluate
from sandbox.provisioning.mapping.rules import Rule

CORE = {"User": "urn:ietf:params:scim:schemas:core:2.0:User", "Group": "urn:ietf:params:scim:schemas:core:2.0:Group"}
ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
_ENTRA_GROUP = "http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group"
_SCHEMAS = {"User": [CORE["User"], ENTERPRISE], "Group": [CORE["Group"], _ENTRA_GROUP]}


@dataclass(frozen=True)
class Mapped:
    """The values of one source object by target attribute; membership is not among them."""

    kept: Mapping[str, Value]
    on_create: Mapping[str, Value]
    matching: tuple[tuple[str, str], ...]

    @property
    def digest(self) -> str:
        """What changes when a value that is kept up to date changes."""
        return hashlib.sha256(json.dumps(self.kept, sort_keys=True).encode()).hexdigest()


def mapped(rule: Rule, lookup: Lookup) -> Mapped:
    """Evaluate the mappings of a rule on one object; raises NotSupportedError, ExpressionError and PathError."""
    kept: dict[str, Value] = {}
    on_create: dict[str, Value] = {}
    matching: list[tuple[int, str, str]] = []
    for one in rule.mappings:
        name = str(one["targetAttributeName"])
        if name == "members":
            continue
        value = _value(rule, one, lookup)
        if value is not None and int(one.get("matchingPriority") or 0) > 0:
            matching.append((int(one["matchingPriority"]), name, str(value)))
        if value is not None and one.get("flowType", "Always") != "ObjectAddOnly":
            kept[name] = value
        first = value if value is not None else _typed(rule, name, one.get("defaultValue"))
        if first is not None:
            on_create[name] = first
    return Mapped(kept, on_create, tuple((name, value) for _, name, value in sorted(matching)))


def new_resource(rule: Rule, values: Mapping[str, Value]) -> paths.Resource:
    """Return the body of a create, as Entra sends it; groups are created empty."""
    body: paths.Resource = {"schemas": _SCHEMAS[rule.source]}
    for name, value in values.items():
        paths.put(body, name, value)
    return {**body, "meta": {"resourceType": rule.source}}


def _value(rule: Rule, mapping: Mapping[str, Any], lookup: Lookup) -> Value | None:
    """Evaluate one mapping; without a source it is a constant, which lives in the default value."""
    source = mapping.get("source")
    return _typed(
        rule, str(mapping["targetAttributeName"]), evaluate(source, lookup) if source else mapping.get("defaultValue")
    )


def _typed(rule: Rule, name: str, value: Value | None) -> Value | None:
    if value in (None, "", []):
        return None
    return str(value).lower() == "true" if name in rule.booleans else value
