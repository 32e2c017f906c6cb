"""The operations of a PATCH (RFC 7644 section 3.5.2), read in every form that Entra sends, and what they do. Pure.

Entra spells operations with capitals, names its own members, removes members by value, and, with the flag
`aadOptscim062020`, replaces by dotted keys without a path. A value path that matches nothing makes the element that it
describes. Source: Microsoft, "Develop and plan provisioning for a SCIM endpoint".
"""

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

from sandbox.core.json_types import is_list, is_object
from sandbox.core.store import Document
from sandbox.greenlake.scim.filters import CORE, Clause, read
from sandbox.greenlake.scim.schemas import Attribute, ScimError

_PATCH = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
_PATH = re.compile(r"(?P<name>[\w$-]+)(?:\[(?P<condition>.+)\])?(?:\.(?P<sub>[\w$-]+))?")
_MEMBER = re.compile(r'members\[value eq "(?P<value>[^"\\]*)"\]')
Operation = tuple[str, str, Any]
"""What to do (add, replace, remove), the path, and the value."""


def operations(payload: Document) -> list[Operation]:
    """Return the operations of a body, each with a path; raises ScimError."""
    body = {key.lower(): value for key, value in payload.items()}
    listed = body.get("operations")
    if body.get("schemas", [_PATCH]) != [_PATCH] or not is_list(listed) or not listed:
        raise ScimError(400, "invalidSyntax", f"the body must have the schema {_PATCH} and a list of Operations")
    return [one for operation in listed for one in _spelled(operation)]


def _spelled(operation: object) -> Iterator[Operation]:
    parts = {key.lower(): value for key, value in operation.items()} if is_object(operation) else {}
    op, path, value = str(parts.get("op", "")).lower(), parts.get("path") or "", parts.get("value")
    if op not in ("add", "replace", "remove") or not isinstance(path, str):
        raise ScimError(400, "invalidValue", "an operation has an op (add, replace, remove), a path and a value")
    path = CORE.sub("", path)
    if op == "remove" and not path:
        raise ScimError(400, "noTarget", "a remove needs a path")
    if op == "remove" and value is not None and "[" not in path:
        for one in value if is_list(value) else [value]:
            identity = one.get("value") if is_object(one) else one
            yield op, f"{path}[value eq {json.dumps(identity, ensure_ascii=False)}]", None
    elif op == "remove" or (path and value is None):
        yield "remove", path, None  # null and absent are the same (RFC 7643 section 2.5)
    elif path:
        yield op, path, [one for one in value if one is not None] if is_list(value) else value
    elif is_object(value):
        for key, inner in _with_paths(value):
            yield from _spelled({"op": op, "path": key, "value": inner})
    else:
        raise ScimError(400, "invalidValue", "an operation without a path needs an object")


def _with_paths(values: Document) -> Iterator[tuple[str, Any]]:
    for key, value in values.items():
        if key.lower().startswith("urn:") and is_object(value):
            yield from ((f"{key}:{name}", inner) for name, inner in value.items())
        elif key != "schemas":
            yield key, value


def member_changes(changes: Iterable[Operation]) -> dict[str, Document | None] | None:
    """Return who enters a group, and who leaves it (None); None if the operations change anything else."""
    found: dict[str, Document | None] = {}
    for op, path, values in changes:
        left = _MEMBER.fullmatch(path) if op == "remove" else None
        if left:
            found[left["value"]] = None
        elif is_list(values) and op == "add" and path == "members" and all(map(_is_member, values)):
            found |= {one["value"]: {"value": one["value"]} for one in values}
        else:
            return None
    return found


def _is_member(value: object) -> bool:
    if not is_object(value) or not isinstance(value.get("value"), str):
        return False
    return {name for name, one in value.items() if one is not None} == {"value"}


def touches_members(changes: Iterable[Operation]) -> bool:
    """Return whether an operation is about the members of a group."""
    return any(path.lower().startswith("members") for _, path, _ in changes)


def patched(resource: Document, changes: Iterable[Operation], whole: Attribute) -> Document:
    """Return the resource after the operations, which it is changed by; raises ScimError and FilterError."""
    for op, path, value in changes:
        _apply(resource, whole, op, path, value)
    return resource


def _apply(place: Document, model: Attribute, op: str, path: str, value: Any) -> None:
    """Do one operation at a path within a resource, or within its extension."""
    urn = next((one for one in model.inner if path.lower().startswith(f"{one}:")), "")
    found = _PATH.fullmatch(path)
    if urn:
        extension = model.known(urn)
        _apply(place.setdefault(extension.name, {}), extension, op, path[len(urn) + 1 :], value)
    elif found is None:
        _set(place, model, op, path, value)
    elif found["condition"]:
        attribute = _written(model, found["name"])
        _apply_to_elements(place, attribute, read(found["condition"]), op, found["sub"], value)
    elif found["sub"]:
        attribute = _written(model, found["name"])
        inner = place.setdefault(attribute.name, [{}] if attribute.is_list else {})
        for one in inner if attribute.is_list else [inner]:
            _set(one, attribute, op, found["sub"], value)
    else:
        _set(place, model, op, found["name"], value)


def _written(model: Attribute, name: str) -> Attribute:
    """Return an attribute that is written; raises ScimError if there is none, or if it is read-only."""
    found = model.known(name)
    if found.is_read_only:
        raise ScimError(400, "mutability", f"{found.name} is read-only")
    return found


def _set(place: Document, model: Attribute, op: str, name: str, value: Any) -> None:
    """Add, replace or remove one attribute of an object."""
    attribute = _written(model, name)
    if op == "remove":
        place.pop(attribute.name, None)
        return
    fresh, old = attribute.fitted(value), place.get(attribute.name)
    if old and attribute.is_list and op == "add":
        new = [one for one in fresh if one not in old]
        _leave_one_primary([*old, *new], new)
        fresh = [*old, *new]
    elif old and attribute.inner and not attribute.is_list:
        fresh = {**old, **fresh}
    place[attribute.name] = fresh


def _apply_to_elements(
    place: Document, attribute: Attribute, clauses: tuple[Clause, ...], op: str, sub: str | None, value: Any
) -> None:
    """Do one operation on the elements of a list that a condition chooses."""
    if not attribute.is_list:
        raise ScimError(400, "invalidPath", f"{attribute.name} is not a list: no condition chooses elements of it")
    elements: list[Document] = place.get(attribute.name) or []
    chosen = [one for one in elements if all(clause.holds(one) for clause in clauses)]
    if op == "remove" and not sub:
        place[attribute.name] = [one for one in elements if one not in chosen]
        return
    if not chosen and op != "remove":
        chosen = [attribute.element({one.attribute: one.value for one in clauses if one.attribute})]
        elements = [*elements, *chosen]
    for one in chosen:
        if sub:
            _set(one, attribute, op, sub, value)
        else:
            one.update(attribute.element(value))
    _leave_one_primary(elements, chosen)
    place[attribute.name] = elements


def _leave_one_primary(elements: list[Document], chosen: list[Document]) -> None:
    """Let no element be primary beside those that have just become so."""
    if any(is_object(one) and one.get("primary") for one in chosen):
        for one in elements:
            if one.get("primary") and not any(one is each for each in chosen):
                one["primary"] = False
