"""Entra's dialect of SCIM, turned into the one that scim2-server understands.

Pure: request bodies in, request bodies out. Entra names a schema of its own, spells operations with capitals, removes
members by value, and, with the flag `aadOptscim062020`, replaces by dotted keys without a path. Source: Microsoft,
"Develop and plan provisioning for a SCIM endpoint", and RFC 7644 section 3.5.2.
"""

from collections.abc import Iterable, Iterator
from typing import Any

Payload = dict[str, Any]

_NOISE = ("id", "name")
"""Members that Entra sometimes puts into a PATCH body and its operations, and that mean nothing there."""


def create_body(payload: Payload, known_schemas: Iterable[str]) -> Payload:
    """Drop the schemas that the service does not know, such as Entra's ADSCIM group schema."""
    known = {schema.lower() for schema in known_schemas}
    schemas = [schema for schema in payload.get("schemas", []) if str(schema).lower() in known]
    return {**payload, "schemas": schemas}


def patch_body(payload: Payload) -> Payload:
    """Spell every operation with a path and a lower-case name; anything malformed is left for the service to refuse."""
    operations = payload.get("Operations")
    if not isinstance(operations, list):
        return payload
    spelled = [one for operation in operations for one in _spelled(operation)]  # pyright: ignore[reportUnknownVariableType] json
    return {**{key: value for key, value in payload.items() if key not in _NOISE}, "Operations": spelled}


def _spelled(operation: Any) -> Iterator[Any]:
    if not isinstance(operation, dict):
        yield operation
        return
    plain: Payload = {key: value for key, value in operation.items() if key not in _NOISE}  # pyright: ignore[reportUnknownVariableType] json
    plain["op"] = str(plain.get("op", "")).lower()
    path, value = plain.get("path"), plain.get("value")
    if plain["op"] == "remove" and path and isinstance(value, list | dict) and "[" not in path:
        yield from _removals(path, value if isinstance(value, list) else [value])  # pyright: ignore[reportUnknownArgumentType] json
    elif not path and isinstance(value, dict):
        yield from _with_paths(plain["op"], value)  # pyright: ignore[reportUnknownArgumentType] json
    else:
        yield plain


def _removals(path: str, values: list[Any]) -> Iterator[Payload]:
    for value in values:
        identity = value.get("value") if isinstance(value, dict) else value  # pyright: ignore[reportUnknownVariableType, reportUnknownMemberType] json
        yield {"op": "remove", "path": f'{path}[value eq "{identity}"]'}


def _with_paths(op: str, values: Payload) -> Iterator[Payload]:
    for key, value in values.items():
        if key.lower().startswith("urn:") and isinstance(value, dict):
            for name, inner in value.items():  # pyright: ignore[reportUnknownVariableType] json
                yield {"op": op, "path": f"{key}:{name}", "value": inner}
        elif key != "schemas":
            yield {"op": op, "path": key, "value": value}
