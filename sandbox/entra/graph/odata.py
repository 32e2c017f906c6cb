"""The OData query options that clients send: $filter, $orderby, $select, $top, $skiptoken, $count.

$filter knows eq, ne, gt, ge, lt, le, in, and, or, not, parentheses, startswith, endswith, contains, tolower and any,
over paths such as `servicePrincipal/id`. Names and keywords are read in any case. Strings compare without case in the
directory and with case in the logs, as at Graph.
"""

import re
from collections.abc import Callable, Mapping
from datetime import datetime, timezone
from functools import partial
from typing import Any

from sandbox.core.filters import FilterError, FilterReader, Test, named
from sandbox.core.json_types import is_list
from sandbox.core.store import Document
from sandbox.entra.graph.errors import GraphError

Value = Callable[[Document], Any]

_TOKEN = re.compile(
    r"\s*(?:(?P<string>'(?:[^']|'')*')|(?P<time>\d{4}-\d\d-\d\d(?:T[\d:.]+(?:Z|[+-]\d\d:\d\d))?(?![\w-]))"
    r"|(?P<number>-?\d+(?![\w-]))|(?P<word>[\w./-]+)|(?P<mark>[(),:]))"
)
_COMPARISONS: Mapping[str, Callable[[Any, Any], bool]] = {
    "eq": lambda left, right: left == right,
    "ne": lambda left, right: left != right,
    "gt": lambda left, right: left is not None and left > right,
    "ge": lambda left, right: left is not None and left >= right,
    "lt": lambda left, right: left is not None and left < right,
    "le": lambda left, right: left is not None and left <= right,
}
_FUNCTIONS: Mapping[str, Callable[[str, str], bool]] = {
    "startswith": str.startswith,
    "endswith": str.endswith,
    "contains": str.__contains__,
}
_CONSTANTS: Mapping[str, object] = {"true": True, "false": False, "null": None}


def where(text: str, *, case_sensitive: bool = False) -> Test:
    """Return the predicate that a $filter states; raises GraphError 400."""
    try:
        return _Reader(text, case_sensitive=case_sensitive).whole()
    except FilterError as error:
        raise _invalid(str(error)) from None


def select(document: Document, names: str) -> Document:
    """Return the properties that a $select names, `*` all; what the document lacks is left out."""
    wanted = {name.strip().lower() for name in names.split(",")}
    return {name: value for name, value in document.items() if name.lower() in wanted or "*" in wanted}


def ordered(documents: list[Document], text: str) -> list[Document]:
    """Return the documents in the order of an $orderby; raises GraphError 400."""
    for one in reversed(text.split(",")):
        name, _, direction = one.strip().partition(" ")
        if direction.lower() not in ("", "asc", "desc"):
            raise GraphError(400, "BadRequest", f"Syntax error in '{text}'.")
        key = partial(_rank, name.split("/"))
        documents = sorted(documents, key=key, reverse=direction.lower() == "desc")
    return documents


def _rank(path: list[str], document: Document) -> tuple[bool, str]:
    value = _walk(document, path)
    return value is not None, str(value).lower()


def time_of(text: str) -> datetime:
    """Read a Graph time or date, with any number of decimals; raises GraphError 400."""
    six_decimals = re.sub(r"\.(\d{1,6})\d*", lambda found: f".{found[1]:0<6}", text)
    try:
        parsed = datetime.fromisoformat(six_decimals.replace("Z", "+00:00"))
    except ValueError:
        raise _invalid(f"'{text}' is not a time") from None
    return parsed if parsed.tzinfo else parsed.replace(tzinfo=timezone.utc)


class _Reader(FilterReader):
    def __init__(self, text: str, *, case_sensitive: bool) -> None:
        super().__init__(text, _TOKEN)
        self._fold: Callable[[Any], Any] = _same if case_sensitive else _lower

    def term(self) -> Test:
        """Read a function, `any` of a list, or a comparison."""
        text = self.upcoming()
        function = _FUNCTIONS.get(text.lower())
        if function:
            return self._call(function)
        return self._any() if text.lower().endswith("/any") else self._comparison()

    def _call(self, function: Callable[[str, str], bool]) -> Test:
        self.next()
        self.expect("(")
        left = self._operand()
        self.expect(",")
        right = self._operand()
        self.expect(")")
        return lambda document: function(str(left(document) or ""), str(right(document)))

    def _any(self) -> Test:
        """Read `list/any(name:filter)`, or `list/any()` for a list that is not empty."""
        path = self.next()[1].split("/")[:-1]
        self.expect("(")
        if self.take(")"):
            return lambda document: bool(_walk(document, path))
        name = self.next()[1]
        self.expect(":")
        inner = self.either()
        self.expect(")")
        return lambda document: any(inner({**document, name: one}) for one in _listed(_walk(document, path)))

    def _comparison(self) -> Test:
        left = self._operand()
        if self.take("in"):
            return self._in(left)
        name = self.next()[1]
        compare = _COMPARISONS.get(name.lower())
        if compare is None:
            raise FilterError(f"'{name}' is not an operator")
        right = self._operand()
        return lambda document: _compared(compare, *_alike(left(document), right(document)))

    def _in(self, left: Value) -> Test:
        self.expect("(")
        wanted = [self._operand()]
        while self.take(","):
            wanted.append(self._operand())
        self.expect(")")
        return lambda document: any(left(document) == one(document) for one in wanted)

    def _operand(self) -> Value:
        kind, text = self.next()
        if kind == "word" and text.lower() == "tolower":
            self.expect("(")
            inner = self._operand()
            self.expect(")")
            return lambda document: _lower(inner(document))
        if kind == "word" and text not in _CONSTANTS:
            path = text.split("/")
            return lambda document: self._fold(_walk(document, path))
        constant = self._fold(_literal(kind, text))
        return lambda _: constant


def _literal(kind: str, text: str) -> Any:
    if kind == "string":
        return text[1:-1].replace("''", "'")
    if kind == "time":
        return time_of(text)
    if kind == "number":
        return float(text)
    if kind == "word":
        return _CONSTANTS[text]
    raise FilterError(f"'{text}' is not expected")


def _walk(document: Any, path: list[str]) -> Any:
    for name in path:
        if document is None:
            return None
        try:
            document = named(document, name)
        except KeyError:
            raise _invalid(f"could not find a property named '{name}'") from None
    return document


def _listed(value: Any) -> list[Any]:
    return value if is_list(value) else []


def _alike(left: Any, right: Any) -> tuple[Any, Any]:
    """Bring both sides to one type, if a time stands against a string."""
    if isinstance(right, datetime) and isinstance(left, str):
        return time_of(left.upper()), right
    return left, right


def _compared(compare: Callable[[Any, Any], bool], left: Any, right: Any) -> bool:
    try:
        return compare(left, right)
    except TypeError:
        raise _invalid("a value is compared with one of another type") from None


def _lower(value: Any) -> Any:
    return value.lower() if isinstance(value, str) else value


def _same(value: Any) -> Any:
    return value


def _invalid(what: str) -> GraphError:
    return GraphError(400, "BadRequest", f"Invalid filter clause: {what}.")
