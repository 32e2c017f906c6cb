"""The OData query options that the clients of this project send: $filter, $orderby, $select, $top, $skiptoken, $count.

$filter knows eq, ne, gt, ge, lt, le, and, or, not, parentheses, startswith, contains and tolower, over paths such as
`servicePrincipal/id`. Strings compare without case in the directory and with case in the logs, as at Graph.
"""

import re
from collections.abc import Callable, Mapping
from datetime import datetime, timezone
from typing import Any

from sandbox.core.json_types import is_object
from sandbox.core.store import Document
from sandbox.entra.graph.errors import GraphError

Predicate = Callable[[Document], bool]
Value = Callable[[Document], Any]

_TOKEN = re.compile(
    r"\s*(?:(?P<string>'(?:[^']|'')*')|(?P<time>\d{4}-\d\d-\d\d(?:T[\d:.]+(?:Z|[+-]\d\d:\d\d))?(?![\w-]))"
    r"|(?P<number>-?\d+(?![\w-]))|(?P<word>[\w./-]+)|(?P<mark>[(),]))"
)
_COMPARISONS: Mapping[str, Callable[[Any, Any], bool]] = {
    "eq": lambda left, right: left == right,
    "ne": lambda left, right: left != right,
    "gt": lambda left, right: left is not None and left > right,
    "ge": lambda left, right: left is not None and left >= right,
    "lt": lambda left, right: left is not None and left < right,
    "le": lambda left, right: left is not None and left <= right,
}
_FUNCTIONS: Mapping[str, Callable[[str, str], bool]] = {"startswith": str.startswith, "contains": str.__contains__}
_CONSTANTS: Mapping[str, object] = {"true": True, "false": False, "null": None}


def where(text: str, *, case_sensitive: bool = False) -> Predicate:
    """Return the predicate that a $filter states; raises GraphError 400."""
    parser = _Parser(text, case_sensitive=case_sensitive)
    predicate = parser.either()
    parser.end()
    return predicate


def select(document: Document, names: str) -> Document:
    """Return the properties that a $select names; what the document lacks is left out."""
    wanted = {name.strip() for name in names.split(",")}
    return {name: value for name, value in document.items() if name in wanted}


def ordered(documents: list[Document], text: str) -> list[Document]:
    """Return the documents in the order of an $orderby of one property; raises GraphError 400."""
    name, _, direction = text.partition(" ")
    if direction not in ("", "asc", "desc"):
        raise GraphError(400, "BadRequest", f"Syntax error in '{text}'.")
    path = name.split("/")
    return sorted(documents, key=lambda document: str(_walk(document, path)), reverse=direction == "desc")


def time_of(text: str) -> datetime:
    """Read a Graph time or date, with any number of decimals; raises GraphError 400."""
    six_decimals = re.sub(r"\.(\d{1,6})\d*", lambda found: f".{found[1]:0<6}", text)
    try:
        parsed = datetime.fromisoformat(six_decimals.replace("Z", "+00:00"))
    except ValueError:
        raise _invalid(f"'{text}' is not a time") from None
    return parsed if parsed.tzinfo else parsed.replace(tzinfo=timezone.utc)


class _Parser:
    """Recursive descent over the tokens of one $filter."""

    def __init__(self, text: str, *, case_sensitive: bool) -> None:
        self._fold: Callable[[Any], Any] = _same if case_sensitive else _lower
        self._tokens = list(self._split(text))

    def either(self) -> Predicate:
        """Read `a or b`."""
        terms = [self._both()]
        while self._take("or"):
            terms.append(self._both())
        return terms[0] if len(terms) == 1 else lambda document: any(term(document) for term in terms)

    def end(self) -> None:
        """Expect nothing more."""
        if self._tokens:
            raise _invalid(f"'{self._tokens[0][1]}' is not expected")

    def _both(self) -> Predicate:
        terms = [self._one()]
        while self._take("and"):
            terms.append(self._one())
        return terms[0] if len(terms) == 1 else lambda document: all(term(document) for term in terms)

    def _one(self) -> Predicate:
        if self._take("not"):
            negated = self._one()
            return lambda document: not negated(document)
        if self._take("("):
            inner = self.either()
            self._expect(")")
            return inner
        function = _FUNCTIONS.get(self._tokens[0][1]) if self._tokens else None
        return self._call(function) if function else self._comparison()

    def _call(self, function: Callable[[str, str], bool]) -> Predicate:
        self._next()
        self._expect("(")
        left = self._operand()
        self._expect(",")
        right = self._operand()
        self._expect(")")
        return lambda document: function(str(left(document) or ""), str(right(document)))

    def _comparison(self) -> Predicate:
        left = self._operand()
        name = self._next()[1]
        compare = _COMPARISONS.get(name)
        if compare is None:
            raise _invalid(f"'{name}' is not an operator")
        right = self._operand()
        return lambda document: _compared(compare, *_alike(left(document), right(document)))

    def _operand(self) -> Value:
        kind, text = self._next()
        if kind == "word" and text == "tolower":
            self._expect("(")
            inner = self._operand()
            self._expect(")")
            return lambda document: _lower(inner(document))
        if kind == "word" and text not in _CONSTANTS:
            path = text.split("/")
            return lambda document: self._fold(_walk(document, path))
        constant = self._fold(_literal(kind, text))
        return lambda _: constant

    def _split(self, text: str) -> list[tuple[str, str]]:
        tokens: list[tuple[str, str]] = []
        rest = text.strip()
        while rest:
            found = _TOKEN.match(rest)
            if found is None:
                raise _invalid(f"it cannot be read from '{rest[:20]}' on")
            kind = str(found.lastgroup)
            tokens.append((kind, found[kind]))
            rest = rest[found.end() :].lstrip()
        return tokens

    def _next(self) -> tuple[str, str]:
        if not self._tokens:
            raise _invalid("it ends too early")
        return self._tokens.pop(0)

    def _take(self, text: str) -> bool:
        if self._tokens and self._tokens[0] in (("word", text), ("mark", text)):
            self._tokens.pop(0)
            return True
        return False

    def _expect(self, text: str) -> None:
        if not self._take(text):
            raise _invalid(f"'{text}' is expected")


def _literal(kind: str, text: str) -> Any:
    if kind == "string":
        return text[1:-1].replace("''", "'")
    if kind == "time":
        return time_of(text)
    if kind == "number":
        return int(text)
    if kind == "word":
        return _CONSTANTS[text]
    raise _invalid(f"'{text}' is not expected")


def _walk(document: Any, path: list[str]) -> Any:
    for name in path:
        if document is None:
            return None
        if not is_object(document) or name not in document:
            raise _invalid(f"could not find a property named '{name}'")
        document = document[name]
    return document


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
