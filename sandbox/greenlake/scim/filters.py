"""The filters that Entra sends, `eq` and `and` over few attributes, read without the help of a general parser.

Pure. They come before every create, so they must be cheap, and scim2-server answers `id eq "g" and members eq "u"` with
nothing. What is not of this form is left to the library. Source: Microsoft, "Develop and plan provisioning for a SCIM
endpoint", section on queries.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

_TEXT = r'"((?:[^"\\]|\\.)*)"'
_CLAUSE = rf'(\w+(?:\.\w+)?|\w+\[\w+ eq "[^"]*"\]\.\w+)\s+eq\s+{_TEXT}'
_FILTER = re.compile(rf"\s*{_CLAUSE}(?:\s+and\s+{_CLAUSE})*\s*", re.IGNORECASE)
_ELEMENT = re.compile(r'(?P<attribute>\w+)\[(?P<key>\w+) eq "(?P<value>[^"]*)"\]\.(?P<sub>\w+)', re.IGNORECASE)
_ATTRIBUTES = {
    name.lower(): name for name in ("id", "userName", "displayName", "externalId", "members", "members.value")
}
_CASE_EXACT = ("id", "externalId")


@dataclass(frozen=True)
class FilterClause:
    """One comparison for equality."""

    attribute: str
    value: str

    @property
    def is_member(self) -> bool:
        """Return whether it asks for a member of a group."""
        return self.attribute.startswith("members")


def clauses(text: str) -> tuple[FilterClause, ...] | None:
    """Return the clauses that must all hold, or None if the filter is of another form."""
    if not _FILTER.fullmatch(text):
        return None
    pairs: list[tuple[str, str]] = re.findall(_CLAUSE, text, re.IGNORECASE)
    found = [(_ATTRIBUTES.get(name.lower(), name), value) for name, value in pairs]
    if any(name not in _ATTRIBUTES.values() and "[" not in name for name, _ in found):
        return None
    return tuple(FilterClause(name, re.sub(r"\\(.)", r"\1", value)) for name, value in found)


def holds(clause: FilterClause, resource: Mapping[str, Any]) -> bool:
    """Return whether a resource, as JSON, fulfils a clause; names compare without regard to case, ids exactly."""
    element = _ELEMENT.fullmatch(clause.attribute)
    if element:
        elements: list[dict[str, Any]] = _named(resource, element["attribute"]) or []
        of_kind = (one for one in elements if _is(one, element["key"], element["value"]))
        return any(_is(one, element["sub"], clause.value) for one in of_kind)
    if clause.attribute in _CASE_EXACT:
        return resource.get(clause.attribute) == clause.value
    return _is(resource, clause.attribute, clause.value)


def _is(resource: Mapping[str, Any], name: str, value: str) -> bool:
    found = _named(resource, name)
    return found is not None and str(found).lower() == value.lower()


def _named(resource: Mapping[str, Any], name: str) -> Any:
    """Return an attribute by its name in any case."""
    return next((value for key, value in resource.items() if key.lower() == name.lower()), None)
