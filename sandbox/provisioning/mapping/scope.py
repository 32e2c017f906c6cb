"""Scoping filters: which source objects a mapping is for.

Pure. Groups of clauses are alternatives, the clauses of a group must all hold. Source: Microsoft, "Scoping users or
groups to be provisioned with scoping filters", and the `filter` resource of Microsoft Graph.
"""

import re
from collections.abc import Callable, Sequence

from sandbox.core.documents import Document, child, objects, texts
from sandbox.provisioning.mapping.functions import Lookup, Value, text

_Test = Callable[[str, list[str]], bool]


def passes(scope: Document | None, lookup: Lookup) -> bool:
    """Return whether an object is in the scope of its mapping; no filter lets everything in."""
    return all(_any_group(objects(scope or {}, name), lookup) for name in ("groups", "inputFilterGroups"))


def _any_group(groups: Sequence[Document], lookup: Lookup) -> bool:
    return not groups or any(all(_holds(one, lookup) for one in objects(group, "clauses")) for group in groups)


def _holds(clause: Document, lookup: Lookup) -> bool:
    operator = str(clause.get("operatorName", "")).upper().replace("_", " ")
    value = lookup(str(clause.get("sourceOperandName", "")))
    wanted = texts(child(clause, "targetOperand"), "values")
    if operator in _OF_PRESENCE:
        return _OF_PRESENCE[operator](value)
    test = _OF_VALUE.get(operator.removeprefix("NOT "))
    if test is None:
        return False
    return test(text(value), wanted) != operator.startswith("NOT ")


def _compared(above: bool, or_equal: bool) -> _Test:
    def test(value: str, wanted: list[str]) -> bool:
        try:
            left, right = float(value), float(wanted[0])
        except (ValueError, IndexError):
            return False
        return (or_equal and left == right) or (left > right if above else left < right)

    return test


def _matches(value: str, wanted: list[str]) -> bool:
    try:
        return any(re.search(pattern, value) for pattern in wanted)
    except re.error:
        return False


_OF_PRESENCE: dict[str, Callable[[Value | None], bool]] = {
    "IS NULL": lambda value: not text(value),
    "IS NOT NULL": lambda value: bool(text(value)),
    "IS TRUE": lambda value: text(value).lower() == "true",
    "IS FALSE": lambda value: text(value).lower() == "false",
}

_OF_VALUE: dict[str, _Test] = {
    "EQUALS": lambda value, wanted: value.lower() in (one.lower() for one in wanted),
    "REGEX MATCH": _matches,
    "CONTAINS": lambda value, wanted: any(one.lower() in value.lower() for one in wanted),
    "INCLUDES": lambda value, wanted: any(one.lower() in value.lower() for one in wanted),
    "STARTS WITH": lambda value, wanted: any(value.lower().startswith(one.lower()) for one in wanted),
    "ENDS WITH": lambda value, wanted: any(value.lower().endswith(one.lower()) for one in wanted),
    "GREATER THAN": _compared(above=True, or_equal=False),
    "GREATER THAN OR EQUALS": _compared(above=True, or_equal=True),
    "LESS THAN": _compared(above=False, or_equal=False),
    "LESS THAN OR EQUALS": _compared(above=False, or_equal=True),
}
