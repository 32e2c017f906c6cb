"""Entra's expression language for attribute mappings: text to the parse tree that a schema holds.

Pure. A tree is an `attributeMappingSource` of Microsoft Graph as JSON: expression, name, type, parameters. Source:
Microsoft, "Reference for writing expressions for attribute mappings"; the keys of parameters are documented for few
functions and assumed for the rest.
"""

import re
from collections.abc import Iterator
from typing import Any

Tree = dict[str, Any]

MAX_LENGTH = 10_000
_TOKEN = re.compile(
    r"""\s*(?:(?P<attribute>\[[^\]]+\])|(?P<text>"(?:[^"\\]|\\.|"")*")|(?P<word>[A-Za-z_][\w.]*|-?\d+(?:\.\d+)?)
    |(?P<mark><>|[(),=]))""",
    re.VERBOSE,
)

PARAMETERS: dict[str, tuple[str, ...]] = {
    "Append": ("source", "suffix"),
    "Coalesce": ("source", "..."),
    "IIF": ("condition", "valueIfTrue", "valueIfFalse"),
    "IsNullOrEmpty": ("source",),
    "IsPresent": ("source",),
    "Join": ("separator", "source", "..."),
    "Left": ("source", "numChars"),
    "Mid": ("source", "start", "length"),
    "NormalizeDiacritics": ("source",),
    "Not": ("source",),
    "Replace": (
        "source", "oldValue", "regexPattern", "regexGroupName",
        "replacementValue", "replacementAttributeName", "template",
    ),
    "SingleAppRoleAssignment": ("source",),
    "StripSpaces": ("source",),
    "Switch": ("source", "defaultValue", "key", "value", "..."),
    "ToLower": ("source", "culture"),
    "ToUpper": ("source", "culture"),
    "Trim": ("source",),
}  # fmt: skip
"""The keys of each function's parameters, in order; after `...` the last repeat, which for Switch is the pair."""


class ExpressionError(ValueError):
    """The text is not an expression; the message has the place where it stops being one."""


def parse(text: str) -> Tree:
    """Return the tree of an expression; raises ExpressionError."""
    if len(text) > MAX_LENGTH:
        raise ExpressionError(f"an expression has at most {MAX_LENGTH:,} characters")
    reader = _Reader(text)
    try:
        tree = reader.expression()
    except RecursionError:
        raise ExpressionError("an expression is nested too deeply") from None
    if reader.token is not None:
        raise ExpressionError(f"unexpected {reader.token!r} after the end of the expression")
    return tree


def attribute(name: str) -> Tree:
    """Return the tree that reads a source attribute."""
    return {"expression": f"[{name}]", "name": name, "type": "Attribute", "parameters": []}


def constant(value: str) -> Tree:
    """Return the tree of a constant."""
    quoted = '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return {"expression": quoted, "name": value, "type": "Constant", "parameters": []}


def function(name: str, arguments: list[Tree | None]) -> Tree:
    """Return the tree of a call; omitted arguments are absent from its parameters."""
    parameters = [
        {"key": key, "value": argument}
        for key, argument in zip(_keys(name, len(arguments)), arguments, strict=True)
        if argument is not None
    ]
    shown = ", ".join(argument["expression"] if argument else "" for argument in arguments)
    return {"expression": f"{name}({shown})", "name": name, "type": "Function", "parameters": parameters}


def _keys(name: str, count: int) -> list[str]:
    keys = PARAMETERS.get(name)
    if keys is None:
        raise ExpressionError(f"there is no function {name}")
    if "..." not in keys:
        if count > len(keys):
            raise ExpressionError(f"{name} takes at most {len(keys)} arguments, not {count}")
        return list(keys[:count])
    fixed = keys[:-1]
    repeated = fixed[-2:] if name == "Switch" else fixed[-1:]
    more = [repeated[index % len(repeated)] for index in range(max(0, count - len(fixed)))]
    return [*fixed, *more][:count]


class _Reader:
    """Reads an expression token by token."""

    def __init__(self, text: str) -> None:
        self._tokens = _tokens(text)
        self.kind, self.token = "", ""
        self._next()

    def expression(self) -> Tree:
        """Read a value, or a comparison of two."""
        left = self._value()
        if self.token in ("=", "<>"):
            operator = self.token
            self._next()
            right = self._value()
            shown = f"{left['expression']}{operator}{right['expression']}"
            sides = [{"key": "left", "value": left}, {"key": "right", "value": right}]
            return {"expression": shown, "name": operator, "type": "Function", "parameters": sides}
        return left

    def _value(self) -> Tree:
        kind, token = self.kind, self.token
        if token is None or kind == "mark":
            raise ExpressionError(f"a value is missing before {token or 'the end'!r}")
        self._next()
        if kind == "attribute":
            return attribute(token[1:-1])
        if kind == "text":
            return constant(re.sub(r"\\(.)", r"\1", token[1:-1].replace('""', '"')))
        if self.token != "(":
            return {**constant(token), "expression": token}
        return function(token, self._arguments())

    def _arguments(self) -> list[Tree | None]:
        """Read from bracket to bracket; nothing between two commas is an omitted argument."""
        arguments: list[Tree | None] = []
        while True:
            self._next()
            arguments.append(None if self.token in (",", ")") else self.expression())
            if self.token == ")":
                self._next()
                return arguments if arguments != [None] else []
            if self.token != ",":
                raise ExpressionError(f"expected , or ) before {self.token or 'the end'!r}")

    def _next(self) -> None:
        self.kind, self.token = next(self._tokens, ("", None))


def _tokens(text: str) -> Iterator[tuple[str, str | None]]:
    position, end = 0, len(text.rstrip())
    while position < end:
        found = _TOKEN.match(text, position)
        if found is None or found.lastgroup is None:
            raise ExpressionError(f"cannot be read from {text[position:].strip()[:20]!r} on")
        yield found.lastgroup, found[found.lastgroup]
        position = found.end()
