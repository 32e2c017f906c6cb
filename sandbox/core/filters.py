"""Filters, as OData and SCIM share them: terms with and, or, not and brackets, read into one test of a document. Pure.

What a term is, and how a text is split, belongs to the dialect: `sandbox.entra.graph.odata` and
`sandbox.greenlake.scim.filters`.
"""

import re
from collections.abc import Callable
from typing import Any

from sandbox.core.json_types import is_object
from sandbox.core.store import Document

Test = Callable[[Document], bool]
_DEEPEST = 64


class FilterError(ValueError):
    """The text is not a filter; the message continues "Invalid filter clause: "."""


class FilterReader:
    """Recursive descent over the tokens of one filter; keywords may be written in any case."""

    def __init__(self, text: str, token: re.Pattern[str]) -> None:
        self.tokens: list[tuple[str, str]] = []
        self._depth = 0
        position, end = 0, len(text.rstrip())
        while position < end:
            found = token.match(text, position)
            if found is None:
                raise FilterError(f"it cannot be read from '{text[position:].strip()[:20]}' on")
            self.tokens.append((str(found.lastgroup), found[str(found.lastgroup)]))
            position = found.end()

    def term(self) -> Test:
        """Read what the dialect has between its keywords."""
        raise NotImplementedError

    def whole(self) -> Test:
        """Read all of it."""
        test = self.either()
        if self.tokens:
            raise FilterError(f"'{self.tokens[0][1]}' is not expected")
        return test

    def either(self) -> Test:
        """Read `a or b`."""
        terms = [self._both()]
        while self.take("or"):
            terms.append(self._both())
        return terms[0] if len(terms) == 1 else lambda document: any(term(document) for term in terms)

    def _both(self) -> Test:
        terms = [self._one()]
        while self.take("and"):
            terms.append(self._one())
        return terms[0] if len(terms) == 1 else lambda document: all(term(document) for term in terms)

    def _one(self) -> Test:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise FilterError("it is nested too deeply")
        if self.take("not"):
            negated = self._one()
            test: Test = lambda document: not negated(document)  # noqa: E731
        elif self.take("("):
            test = self.either()
            self.expect(")")
        else:
            test = self.term()
        self._depth -= 1
        return test

    def next(self) -> tuple[str, str]:
        """Return the next token with its kind."""
        if not self.tokens:
            raise FilterError("it ends too early")
        return self.tokens.pop(0)

    def upcoming(self) -> str:
        """Return the next token and leave it there, "" at the end."""
        return self.tokens[0][1] if self.tokens else ""

    def take(self, text: str) -> bool:
        """Skip a keyword or a mark; return whether it was there."""
        there = bool(self.tokens) and self.tokens[0][0] in ("word", "mark") and self.upcoming().lower() == text
        if there:
            self.tokens.pop(0)
        return there

    def expect(self, text: str) -> None:
        """Skip a mark that must be there."""
        if not self.take(text):
            raise FilterError(f"'{text}' is expected")


def named(document: object, name: str) -> Any:
    """Return a property by its name in any case; KeyError if there is none."""
    if not is_object(document):
        raise KeyError(name)
    if name in document:
        return document[name]
    return document[next((key for key in document if key.lower() == name.lower()), name)]
