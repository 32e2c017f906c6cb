"""What a client asks to see: the options of a query (RFC 7644 section 3.4), and resources cut to them.

Pure. Raises ScimError, and FilterError for the name of an attribute that cannot be asked for.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sandbox.core.json_types import is_list, is_object
from sandbox.core.store import Document
from sandbox.greenlake.scim.filters import names_of, values_at
from sandbox.greenlake.scim.schemas import RESOURCES, ScimError

_PAGE = 200  # the largest page of HPE's own SCIM service
_NUMBER = re.compile(r"-?[0-9]{1,12}")
_NAME = re.compile(r"[\w.:$ -]*")
_ALWAYS = (["schemas"], ["id"])
Paths = Sequence[list[str]]


@dataclass(frozen=True)
class Query:
    """The options; `only` and `without` are paths of attributes in lower case."""

    filter: str = ""
    start: int = 1
    count: int = _PAGE
    sort_by: str = ""
    descending: bool = False
    only: Paths = ()
    without: Paths = ()

    def shows(self, name: str) -> bool:
        """Return whether an attribute of a resource is shown."""
        return [name] not in self.without and (not self.only or any(path[0] == name for path in self.only))


def query(given: Mapping[str, Any]) -> Query:
    """Read the options."""
    if not given:
        return Query()
    only, without = _paths(given, "attributes"), _paths(given, "excludedAttributes")
    if only and without:
        raise ScimError(400, "invalidValue", "attributes and excludedAttributes exclude each other")
    return Query(
        filter=_text(given, "filter"),
        start=max(1, _number(given, "startIndex", 1)),
        count=max(0, min(_PAGE, _number(given, "count", _PAGE))),
        sort_by=_text(given, "sortBy"),
        descending=_text(given, "sortOrder") == "descending",
        only=[*only, *_ALWAYS] if only else (),
        without=[one for one in without if one not in _ALWAYS],
    )


def ordered(resources: list[Document], asked: Query) -> list[Document]:
    """Return the resources in the order that is asked for; those without the attribute come last, reversed first."""
    if not asked.sort_by:
        return resources
    names = names_of(asked.sort_by)

    def rank(resource: Document) -> tuple[bool, str]:
        found = values_at(resource, names)
        return not found, str(found[0]).lower() if found else ""

    return sorted(resources, key=rank, reverse=asked.descending)


def shown(kind: str, resource: Document, asked: Query) -> Document:
    """Return what a client sees of a resource: never a password."""
    hidden = [[name] for name, one in RESOURCES[kind].inner.items() if one.is_hidden]
    visible = _cut(resource, [*hidden, *asked.without], keep=False)
    return _cut(visible, asked.only, keep=True) if asked.only else visible


def _cut(value: Any, paths: Paths, *, keep: bool) -> Any:
    """Return an object, or each object in a list, with only what is at the paths (`keep`), or without it."""
    if is_list(value):
        return [_cut(one, paths, keep=keep) for one in value]
    if not is_object(value):
        return value
    result: Document = {}
    for name, one in value.items():
        beneath = [path[1:] for path in paths if path[0] == name.lower()]
        if (keep and [] in beneath) or (not keep and not beneath):
            result[name] = one
        elif beneath and [] not in beneath:
            result[name] = _cut(one, beneath, keep=keep)
    return result


def _paths(given: Mapping[str, Any], name: str) -> Paths:
    value: Any = given.get(name) or ""
    listed: list[Any] = value if is_list(value) else str(value).split(",") if value else []
    if not all(isinstance(one, str) and _NAME.fullmatch(one) for one in listed):
        raise ScimError(400, "invalidPath", f"{name} are names of attributes")
    return [names_of(one.strip().lower()) for one in listed]


def _text(given: Mapping[str, Any], name: str) -> str:
    value = given.get(name) or ""
    if not isinstance(value, str):
        raise ScimError(400, "invalidValue", f"{name} must be a string")
    return value


def _number(given: Mapping[str, Any], name: str, default: int) -> int:
    value = given.get(name)
    if value is None:
        return default
    if isinstance(value, bool) or not _NUMBER.fullmatch(str(value)):
        raise ScimError(400, "invalidValue", f"{name} must be a whole number")
    return int(value)
