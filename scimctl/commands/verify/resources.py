"""Read a SCIM resource by the target attributes of a mapping, and compare what is there with what should be.

Pure. Source: RFC 7643, and the target attributes that Entra's mappings name, such as `emails[type eq "work"].value`.
"""

import re
from collections.abc import Mapping
from typing import Any, cast

from providers.entra.graph.source_attributes import Value

Resource = Mapping[str, Any]

_URN = re.compile(r"(?P<urn>urn:.+:[^:]+):(?P<rest>[^:]+)", re.IGNORECASE)
_STEP = re.compile(r'(?P<name>[^.\[]+)(\[(?P<key>\w+) eq "?(?P<value>[^"\]]*)"?\])?(\.|$)')
_CORE = "urn:ietf:params:scim:schemas:core:2.0:"


def at(resource: Resource, target: str) -> Value | None:
    """Return what a resource has for a target attribute, None if it has nothing, or no single value."""
    found: object = resource
    urn = _URN.fullmatch(target)
    if urn and urn["urn"].lower().startswith(_CORE):
        target = urn["rest"]
    elif urn:
        found, target = _member(found, urn["urn"]), urn["rest"]
    for step in _STEP.finditer(target):
        found = _member(found, step["name"])
        if step["key"]:
            found = _element(found, step["key"], step["value"])
    return found if isinstance(found, Value) else None


def is_same(target: str, wanted: Value, found: Value | None) -> bool:
    """Compare by meaning: booleans may be text, and a userName knows no upper and lower case (RFC 7643 4.1.1)."""
    if isinstance(wanted, bool) or isinstance(found, bool) or target.lower() == "username":
        return str(wanted).casefold() == str(found).casefold()
    return found is not None and str(wanted) == str(found)


def _member(found: object, name: str) -> object:
    """Return a member; attribute names have no upper and lower case (RFC 7643 2.1)."""
    fields = cast("Mapping[str, object]", found if isinstance(found, Mapping) else {})
    return next((value for key, value in fields.items() if key.lower() == name.lower()), None)


def _element(found: object, key: str, value: str) -> object:
    elements = cast("list[object]", found) if isinstance(found, list) else []
    return next((each for each in elements if str(_member(each, key)).lower() == value.lower()), None)
