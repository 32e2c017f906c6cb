"""The saved synchronization schema as the engine obeys it: one rule an object type.

Pure. Mappings are chosen by source and target object, never by position: real schemas hold more of them, disabled and
without names. Source: Microsoft Graph, synchronizationSchema.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from sandbox.core.documents import Document, objects

SourceType = Literal["User", "Group"]

_ENDPOINTS: dict[str, str] = {"User": "Users", "Group": "Groups"}


@dataclass(frozen=True)
class Rule:
    """What happens to users, or to groups."""

    rule_id: str
    source: SourceType
    target: str
    flows: frozenset[str]
    scope: Mapping[str, Any] | None
    mappings: tuple[Mapping[str, Any], ...]
    booleans: frozenset[str]

    @property
    def endpoint(self) -> str:
        """The SCIM endpoint of the target's objects."""
        return _ENDPOINTS[self.source]

    @property
    def maps_members(self) -> bool:
        """Return whether membership flows."""
        return any(one.get("targetAttributeName") == "members" for one in self.mappings)

    @property
    def disables(self) -> bool:
        """Return whether leaving the scope can flow as an attribute, which is an update."""
        return "Update" in self.flows and any("IsSoftDeleted" in json.dumps(one.get("source")) for one in self.mappings)


def rules(schema: Document) -> tuple[Rule, ...]:
    """Return the enabled rules, users first: what groups refer to must exist before them."""
    found = sorted(_rules(schema), key=lambda rule: rule.source != "User")
    return tuple(found)


def digest(schema: Document) -> str:
    """Return what changes when the mappings change, and only then."""
    text = json.dumps(schema.get("synchronizationRules"), sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def _rules(schema: Document) -> Iterator[Rule]:
    for one in objects(schema, "synchronizationRules"):
        for mapping in objects(one, "objectMappings"):
            source = mapping.get("sourceObjectName")
            if source in _ENDPOINTS and mapping.get("enabled", True):
                target = str(mapping.get("targetObjectName"))
                yield Rule(
                    rule_id=str(one.get("id")),
                    source=source,
                    target=target,
                    flows=frozenset(part.strip() for part in str(mapping.get("flowTypes") or "").split(",")),
                    scope=mapping.get("scope"),
                    mappings=tuple(objects(mapping, "attributeMappings")),
                    booleans=frozenset(_booleans(schema, target)),
                )


def _booleans(schema: Document, target: str) -> Iterator[str]:
    """List the target attributes that are not strings but truths."""
    yield "active"
    for directory in objects(schema, "directories"):
        for definition in objects(directory, "objects"):
            if definition.get("name") == target:
                yield from (one["name"] for one in objects(definition, "attributes") if one.get("type") == "Boolean")
