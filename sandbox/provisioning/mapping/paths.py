"""Target attribute paths, such as `name.givenName` or `emails[type eq "work"].value`, as places in a SCIM resource.

Pure. Source: RFC 7644 section 3.10 and the target attribute names of Entra's SCIM schema.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sandbox.core.documents import child, objects
from sandbox.core.json_types import is_list, is_object
from sandbox.provisioning.mapping.functions import Value

Resource = dict[str, Any]

_PATH = re.compile(
    r'(?:(?P<urn>urn:.+):)?(?P<attribute>\w+)(?:\[(?P<key>\w+) eq "(?P<value>[^"]*)"\])?(?:\.(?P<sub>\w+))?',
    re.IGNORECASE,
)


class PathError(ValueError):
    """A target attribute name that is not a path."""


@dataclass(frozen=True)
class Path:
    """The parts of a target attribute name."""

    urn: str | None
    attribute: str
    key: str | None
    value: str | None
    sub: str | None


def parse(name: str) -> Path:
    """Return the parts of a target attribute name; raises PathError."""
    found = _PATH.fullmatch(name)
    if found is None:
        raise PathError(f"{name} is not a target attribute")
    return Path(found["urn"], found["attribute"], found["key"], found["value"], found["sub"])


def put(resource: Resource, name: str, value: Value) -> None:
    """Put a value at a path, with whatever must be around it."""
    path = parse(name)
    place = _child(resource, path.urn) if path.urn else resource
    if path.key:
        _element(place, path)[path.sub or "value"] = value
    elif path.sub:
        _child(place, path.attribute)[path.sub] = value
    else:
        place[path.attribute] = {"value": value} if path.attribute == "manager" else value


def get(resource: Mapping[str, Any], name: str) -> Any:
    """Return the value at a path, None if there is none."""
    path = parse(name)
    place = child(resource, path.urn) if path.urn else resource
    if path.key:
        found = [one for one in objects(place, path.attribute) if _is(one, path)]
        return found[0].get(path.sub or "value") if found else None
    value = place.get(path.attribute)
    if isinstance(value, dict):
        return child(place, path.attribute).get(path.sub or "value")
    return value if path.sub is None else None


def _child(place: Resource, name: str) -> Resource:
    inner: Any = place.setdefault(name, {})
    if not is_object(inner):
        raise PathError(f"{name} has its own value")
    return inner


def _element(place: Resource, path: Path) -> Resource:
    elements: Any = place.setdefault(path.attribute, [])
    if not is_list(elements):
        raise PathError(f"{path.attribute} has its own value")
    for element in elements:
        if _is(element, path):
            return element
    new: Resource = {str(path.key): path.value if path.key != "primary" else str(path.value).lower() == "true"}
    elements.append(new)
    return new


def _is(element: Mapping[str, Any], path: Path) -> bool:
    return str(element.get(str(path.key))).lower() == str(path.value).lower()
