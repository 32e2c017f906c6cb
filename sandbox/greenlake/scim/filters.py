"""SCIM's filters (RFC 7644 section 3.4.2.2), as tests of a resource's JSON. Pure.

Attributes, operators and values compare without regard to case, but for ids; an attribute with several values fulfils a
comparison if one of them does, and an absent one fulfils none. scim2-server reads only some of these forms, and some
wrongly. Entra's queries come before every create, so what is compared for equality at the top can be looked up.
"""

import json
import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sandbox.core.filters import FilterError, FilterReader, Test, named
from sandbox.core.json_types import is_list, is_object
from sandbox.core.store import Document

_TOKEN = re.compile(r'\s*(?:(?P<text>"(?:[^"\\]|\\.)*")|(?P<word>[\w.:$+-]+)|(?P<mark>[()\[\]]))')
CORE = re.compile(r"urn:ietf:params:scim:schemas:core:2\.0:\w+:", re.IGNORECASE)
_CASE_EXACT = ("id", "externalid")
_OPERATORS: Mapping[str, Callable[[Any, Any], bool]] = {
    "eq": operator.eq,
    "ne": operator.ne,
    "co": lambda left, right: right in left,
    "sw": lambda left, right: left.startswith(right),
    "ew": lambda left, right: left.endswith(right),
    "gt": operator.gt,
    "ge": operator.ge,
    "lt": operator.lt,
    "le": operator.le,
}


@dataclass(frozen=True)
class Clause:
    """A part of a filter that must hold; of a comparison for equality also the path in lower case, and the value."""

    holds: Test
    attribute: str = ""
    value: Any = None


def read(text: str) -> tuple[Clause, ...]:
    """Return the clauses of which all must hold; raises FilterError."""
    reader = _Reader(text, _TOKEN)
    test = reader.whole()
    return (Clause(test),) if reader.combines else tuple(reader.clauses)


class _Reader(FilterReader):
    def __init__(self, text: str, token: re.Pattern[str]) -> None:
        super().__init__(text, token)
        self.combines = bool({"or", "not", "["} & {word.lower() for kind, word in self.tokens if kind != "text"})
        self.clauses: list[Clause] = []

    def term(self) -> Test:
        """Read a comparison, the presence of an attribute, or a filter of the elements of a list."""
        kind, path = self.next()
        if kind != "word":
            raise FilterError(f"'{path}' is not an attribute")
        names = names_of(path)
        if not self.take("["):
            return self._comparison(names)
        inner = self.either()
        self.expect("]")
        if not self.upcoming().startswith("."):
            return lambda resource: any(inner(one) for one in values_at(resource, names))
        compared = self._comparison(self.next()[1][1:].split("."))
        return lambda resource: any(inner(one) and compared(one) for one in values_at(resource, names))

    def _comparison(self, names: list[str]) -> Test:
        clause = self._clause(names, self.next()[1].lower())
        self.clauses.append(clause)
        return clause.holds

    def _clause(self, names: list[str], sign: str) -> Clause:
        if sign == "pr":
            return Clause(lambda resource: any(one not in (None, "") for one in values_at(resource, names)))
        compare = _OPERATORS.get(sign)
        if compare is None:
            raise FilterError(f"'{sign}' is not an operator")
        value = _literal(*self.next())
        exact = names[-1].lower() in _CASE_EXACT
        if sign == "ne":
            return Clause(
                lambda resource: not any(_compares(operator.eq, one, value, exact) for one in _plain(resource, names))
            )
        test: Test = lambda resource: any(_compares(compare, one, value, exact) for one in _plain(resource, names))  # noqa: E731
        return Clause(test, ".".join(names).lower(), value) if sign == "eq" else Clause(test)


def names_of(path: str) -> list[str]:
    """Return the parts of an attribute's path; the URN of an extension is the first of them."""
    urn, _, name = CORE.sub("", path).rpartition(":")
    if name.lower() == "password":
        raise FilterError("a password cannot be asked for")
    return [*([urn] if urn else []), *name.split(".")]


def values_at(resource: object, names: list[str]) -> list[Any]:
    """Return the values of an attribute, each element of a list alone."""
    found = [resource]
    for name in names:
        inner = [_named(one, name) for one in found]
        found = [each for one in inner for each in (one if is_list(one) else [one])]
    return [one for one in found if one is not None]


def _named(value: object, name: str) -> Any:
    try:
        return named(value, name)
    except KeyError:
        return None


def _plain(resource: Document, names: list[str]) -> list[Any]:
    """Return the values that compare: those of an element stand in its `value`."""
    found = values_at(resource, names)
    return [_named(one, "value") if is_object(one) else one for one in found]


def _compares(compare: Callable[[Any, Any], bool], left: Any, right: Any, exact: bool) -> bool:
    if isinstance(left, bool) and isinstance(right, str) and compare is operator.eq:
        left = str(left)
    if isinstance(left, str) and isinstance(right, str) and not exact:
        left, right = left.lower(), right.lower()
    try:
        return type(left) is type(right) and compare(left, right)
    except (TypeError, AttributeError):
        return False


def _literal(kind: str, text: str) -> Any:
    try:
        return re.sub(r"\\(.)", r"\1", text[1:-1]) if kind == "text" else json.loads(text.lower())
    except ValueError:
        raise FilterError(f"'{text}' is not a value") from None
