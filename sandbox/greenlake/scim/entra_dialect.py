"""Entra's dialect of SCIM, turned into the one that scim2-server understands.

Pure: request bodies in, request bodies out. Entra names its own schema, spells operations with capitals, removes
members by value, and, with the flag `aadOptscim062020`, replaces by dotted keys without a path. Source: Microsoft,
"Develop and plan provisioning for a SCIM endpoint", and RFC 7644 section 3.5.2.
"""

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

from sandbox.core.json_types import is_list, is_object

Payload = dict[str, Any]

_CORE = re.compile(r"urn:ietf:params:scim:schemas:core:2\.0:(User|Group):", re.IGNORECASE)
_NONE = (None, None, None)
_MEMBER = re.compile(r'members\[value eq "(?P<value>[^"\\]*)"\]')
_PATCH = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
_NOISE = ("id", "name")
"""Members that Entra sometimes puts into a PATCH body and its operations, and that mean nothing there."""


def create_body(payload: Payload, known_schemas: Iterable[str]) -> Payload:
    """Drop what is null and the schemas that the service does not know, such as Entra's ADSCIM group schema.

    An attribute of the extension may stand at the top, with the extension's URN before it.
    """
    known = {schema.lower() for schema in known_schemas}
    schemas = payload.get("schemas")
    listed = [one for one in schemas if str(one).lower() in known] if is_list(schemas) else schemas
    body: Payload = {"schemas": listed}
    for key, value in payload.items():
        urn, _, name = key.rpartition(":")
        if urn.lower() in known and value is not None:
            body[urn] = {**(body.get(urn) or {}), name: value}
        elif value is not None and key != "schemas":
            body[key] = {**(body.get(key) or {}), **value} if is_object(value) else value
    return body


def patch_body(payload: Payload) -> Payload:
    """Spell every operation with a path and a lower-case name; anything malformed is left for the service to refuse."""
    operations = payload.get("Operations")
    if not is_list(operations):
        return payload
    spelled = [one for operation in operations for one in _spelled(operation)]
    return {**{key: value for key, value in payload.items() if key not in _NOISE}, "Operations": spelled}


def _spelled(operation: object) -> Iterator[Any]:
    if not is_object(operation):
        yield operation
        return
    plain: Payload = {key: value for key, value in operation.items() if key not in _NOISE}
    plain["op"] = str(plain.get("op", "")).lower()
    path, value = plain.get("path"), plain.get("value")
    if isinstance(path, str):
        plain["path"] = path = _CORE.sub("", path)
    if plain["op"] == "remove" and path and value is not None and "[" not in path:
        yield from _removals(path, value if is_list(value) else [value])
    elif not path and is_object(value):
        for key, inner in _with_paths(value):
            yield from _spelled({"op": plain["op"], "path": key, "value": inner})
    elif "value" in plain and value is None and path:
        yield {"op": "remove", "path": path}  # null and absent are the same (RFC 7643 section 2.5)
    elif is_list(value):
        yield {**plain, "value": [one for one in value if one is not None]}
    else:
        yield plain


def _removals(path: str, values: list[Any]) -> Iterator[Payload]:
    for value in values:
        identity = value.get("value") if is_object(value) else value
        yield {"op": "remove", "path": f'{path}[value eq "{identity}"]'}


def _with_paths(values: Payload) -> Iterator[tuple[str, Any]]:
    for key, value in values.items():
        if key.lower().startswith("urn:") and is_object(value):
            yield from ((f"{key}:{name}", inner) for name, inner in value.items())
        elif key != "schemas":
            yield key, value


def member_changes(payload: Payload) -> dict[str, Payload | None] | None:
    """Return who enters a group, and who leaves it (None), if a PATCH from `patch_body` changes nothing else."""
    changes: dict[str, Payload | None] = {}
    for operation in payload["Operations"] if is_list(payload.get("Operations")) else [None]:
        op, path, values = (operation.get(one) for one in ("op", "path", "value")) if is_object(operation) else _NONE
        left = _MEMBER.fullmatch(path) if isinstance(path, str) and op == "remove" else None
        if left:
            changes[left["value"]] = None
        elif is_list(values) and op == "add" and path == "members" and all(map(_is_member, values)):
            changes |= {one["value"]: {"value": one["value"]} for one in values}
        else:
            return None
    return changes if payload.get("schemas") == [_PATCH] else None


def touches_members(payload: Payload) -> bool:
    """Return whether a PATCH as `patch_body` returns it is about the members of a group."""
    return '"members' in json.dumps(payload.get("Operations")).lower()


def _is_member(value: object) -> bool:
    if not is_object(value) or not isinstance(value.get("value"), str):
        return False
    return {name for name, one in value.items() if one is not None} == {"value"}
