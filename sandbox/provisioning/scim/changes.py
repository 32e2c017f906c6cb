"""The PATCH bodies that Entra sends, in its own spelling and in the one of the flag `aadOptscim062020`.

Pure. Source: Microsoft, "Known issues and resolutions with SCIM 2.0 protocol compliance".
"""

from collections.abc import Mapping
from typing import Any

from sandbox.provisioning.mapping import paths
from sandbox.provisioning.mapping.functions import Value

Operation = dict[str, Any]
_PATCH = "urn:ietf:params:scim:api:messages:2.0:PatchOp"


def body(operations: list[Operation]) -> dict[str, Any]:
    """Return the body of a PATCH."""
    return {"schemas": [_PATCH], "Operations": operations}


def changed(current: Mapping[str, Any], wanted: Mapping[str, Value]) -> dict[str, tuple[Any, Value]]:
    """Return, by target attribute, old and new value of whatever at the target differs from what is mapped."""
    pairs = {name: (paths.get(current, name), value) for name, value in wanted.items()}
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}


def operations(differing: Mapping[str, tuple[Any, Value]], *, compliant: bool) -> list[Operation]:
    """Return the operations that bring a resource up to date, one an attribute.

    With `compliant`, what is replaced comes last and together, without a path, but for `active` and elements of lists.
    """
    if not compliant:
        return [
            {"op": "Add" if old is None else "Replace", "path": name, "value": _spelled(new)}
            for name, (old, new) in differing.items()
        ]
    together = {
        name: new for name, (old, new) in differing.items() if old is not None and "[" not in name and name != "active"
    }
    apart = [
        {"op": "add" if old is None else "replace", "path": name, "value": new}
        for name, (old, new) in differing.items()
        if name not in together
    ]
    return [*apart, {"op": "replace", "value": together}] if together else apart


def add_member(user: str, *, compliant: bool) -> Operation:
    """Return the operation that adds one member; Entra sends one member a PATCH."""
    return {"op": "add" if compliant else "Add", "path": "members", "value": [{"$ref": None, "value": user}]}


def remove_member(user: str, *, compliant: bool) -> Operation:
    """Return the operation that removes one member."""
    if compliant:
        return {"op": "remove", "path": f'members[value eq "{user}"]'}
    return {"op": "Remove", "path": "members", "value": [{"$ref": None, "value": user}]}


def _spelled(value: Value) -> Value:
    """Spell a truth as Entra does without the flag: a string."""
    return str(value) if isinstance(value, bool) else value
