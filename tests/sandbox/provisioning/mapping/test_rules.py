from typing import Any

from sandbox.provisioning.mapping.rules import digest, rules
from tests.sandbox.provisioning.mapping.mappings import rule


def test_flow_types_are_read_with_and_without_spaces() -> None:
    assert rule(flows="Add, Update").flows == rule(flows="Update,Add").flows == {"Add", "Update"}


def test_mappings_without_a_name_or_disabled_are_not_rules_and_users_come_first() -> None:
    def one(kind: str, **more: Any) -> dict[str, Any]:
        return {"sourceObjectName": kind, "targetObjectName": "t", "flowTypes": "Add", "enabled": True} | more

    mappings = [one("Group"), one(""), one("User", enabled=False), one("User")]
    found = rules({"synchronizationRules": [{"id": "r", "objectMappings": mappings}]})
    assert [one.source for one in found] == ["User", "Group"]


def test_the_digest_of_a_schema_does_not_see_its_version() -> None:
    schemas = [{"version": number, "synchronizationRules": [{"id": "r"}]} for number in ("1", "2")]
    assert digest(schemas[0]) == digest(schemas[1]) != digest({"synchronizationRules": []})
