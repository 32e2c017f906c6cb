"""The filters that Entra sends, `eq` and `and` over few attributes, read without the help of a general parser.

Pure. They come before every create, so they must be cheap, and scim2-server answers `id eq "g" and members eq "u"` with
nothing. What is not of this form is left to the library. Source: Microsoft, "Develop and plan provisioning for a SCIM
endpoint", section on queries.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

_CLAUSE = r'(\w+(?:\.\w+)?)\s+eq\s+"((?:[^"\\]|\\.)*)"'
_FILTER = re.compile(rf"\s*{_CLAUSE}(?:\s+and\s+{_CLAUSE})*\s*", re.IGNORECASE)
_ATTRIBUTES = {
    name.lower(): name for name in ("id", "userName", "displayName", "externalId", "members", "members.value")
}
_CASE_EXACT = ("id", "externalId")


@dataclass(frozen=True)
class Clause:
    """One comparison for equality."""

    attribute: str
    value: str


def clauses(text: str) -> tuple[Clause, ...] | None:
    """Return the clauses that must all hold, or None where the filter is of another form."""
    if not _FILTER.fullmatch(text):
        return None
    found = [(name.lower(), value) for name, value in re.findall(_CLAUSE, text, re.IGNORECASE)]
    if any(name not in _ATTRIBUTES for name, _ in found):
        return None
    return tuple(Clause(_ATTRIBUTES[name], re.sub(r"\\(.)", r"\1", value)) for name, value in found)


def holds(clause: Clause, resource: Mapping[str, Any]) -> bool:
    """Tell whether a resource, as JSON, fulfils a clause; names compare without regard to case, ids exactly."""
    if clause.attribute.startswith("members"):
        members: list[dict[str, Any]] = resource.get("members") or []
        return any(member.get("value") == clause.value for member in members)
    value = resource.get(clause.attribute)
    if clause.attribute in _CASE_EXACT:
        return value == clause.value
    return isinstance(value, str) and value.lower() == clause.value.lower()
