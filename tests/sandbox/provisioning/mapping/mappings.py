"""Rules made of few attribute mappings."""

from typing import Any

from sandbox.provisioning.mapping.rules import Rule, rules

USER = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"


def mapping(target: str, name: str | None, **more: Any) -> dict[str, Any]:
    return {"targetAttributeName": target, "source": name and {"type": "Attribute", "name": name}} | more


def rule(*mappings: dict[str, Any], flows: str = "Add, Update, Delete", kind: str = "User") -> Rule:
    one = {"sourceObjectName": kind, "targetObjectName": USER, "flowTypes": flows, "attributeMappings": list(mappings)}
    (found,) = rules({"synchronizationRules": [{"id": "r", "objectMappings": [one]}]})
    return found
