"""What of a live synchronization schema is looked at, and so must be as documented before anything relies on it.

Pure. Source: Graph, synchronizationSchema and what it holds.
"""

from typing import Any

from pydantic import StrictBool, StrictInt

from providers.entra.graph.fields import Wire, read_as


class _Source(Wire, frozen=True):
    type: str = ""
    name: str = ""
    expression: str = ""


class _AttributeMapping(Wire, frozen=True):
    target_attribute_name: str = ""
    source: _Source | None = None
    default_value: str = ""
    matching_priority: StrictInt = 0
    flow_type: str = ""
    flow_behavior: str = ""


class _Operand(Wire, frozen=True):
    values: tuple[str, ...] = ()


class _Clause(Wire, frozen=True):
    source_operand_name: str = ""
    operator_name: str = ""
    target_operand: _Operand | None = None


class _Group(Wire, frozen=True):
    clauses: tuple[_Clause, ...] = ()


class _Scope(Wire, frozen=True):
    groups: tuple[_Group, ...] = ()
    input_filter_groups: tuple[_Group, ...] = ()


class _ObjectMapping(Wire, frozen=True):
    source_object_name: str = ""
    target_object_name: str = ""
    enabled: StrictBool = False
    flow_types: str = ""
    scope: _Scope | None = None
    attribute_mappings: tuple[_AttributeMapping, ...] = ()


class _Rule(Wire, frozen=True):
    id: str = ""
    source_directory_name: str = ""
    object_mappings: tuple[_ObjectMapping, ...] = ()


class _Attribute(Wire, frozen=True):
    name: str = ""


class _Object(Wire, frozen=True):
    name: str = ""
    attributes: tuple[_Attribute, ...] = ()


class _Directory(Wire, frozen=True):
    name: str = ""
    objects: tuple[_Object, ...] = ()


class _Schema(Wire, frozen=True):
    synchronization_rules: tuple[_Rule, ...]
    directories: tuple[_Directory, ...] = ()


def checked(schema: dict[str, Any]) -> dict[str, Any]:
    """Return the schema itself. Raises UnexpectedAnswerError, which names what of it is not as documented."""
    read_as(_Schema, schema, "read the attribute mappings")
    return schema
