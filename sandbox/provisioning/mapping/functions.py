"""What a mapping's source comes to: evaluates the parse trees of `expression.py` on one user or group.

Pure. Source: Microsoft, "Reference for writing expressions for attribute mappings". Functions that need more than the
object's own attributes are not known here, and fail for that entry only.
"""

import re
import unicodedata
from collections.abc import Callable
from typing import Any

from sandbox.core.documents import child, objects
from sandbox.provisioning.mapping.expression import Tree, parse

Value = str | bool | int | list[str]
Lookup = Callable[[str], Value | None]
"""Returns a source attribute by its name in the schema, None if it has no value."""


class NotSupportedError(Exception):
    """The sandbox does not know this function; the entry fails, the cycle goes on."""


def evaluate(tree: Tree, lookup: Lookup) -> Value | None:
    """Return the value of a source; None is never provisioned."""
    kind, name = tree.get("type"), str(tree.get("name") or "")
    if kind == "Constant":
        return name
    if kind == "Attribute":
        return lookup(name)
    if not tree.get("parameters") and tree.get("expression"):
        tree = parse(tree["expression"])
        if tree["type"] != "Function":
            return evaluate(tree, lookup)
        name = tree["name"]
    compute = _FUNCTIONS.get(name)
    if compute is None:
        raise NotSupportedError(f"the function {name} is not supported by the sandbox")
    try:
        return compute(_Arguments(objects(tree, "parameters"), lookup))
    except (ValueError, IndexError, OverflowError, re.error) as error:
        raise NotSupportedError(f"{name} cannot be evaluated: {error}") from None


def text(value: Value | None) -> str:
    """Return a value as Entra's functions see it: strings, with True and False for booleans."""
    if isinstance(value, list):
        return value[0] if value else ""
    return "" if value is None else str(value)


class _Arguments:
    """The arguments of a call, evaluated when asked for."""

    def __init__(self, parameters: list[dict[str, Any]], lookup: Lookup) -> None:
        self._parameters = [(str(one.get("key")), child(one, "value")) for one in parameters]
        self._lookup = lookup

    def value(self, key: str) -> Value | None:
        """Return the argument of that key, None if it is omitted."""
        return next((evaluate(tree, self._lookup) for name, tree in self._parameters if name == key), None)

    def text(self, key: str) -> str:
        """Return it as text, empty if there is none."""
        return text(self.value(key))

    def number(self, key: str) -> int:
        """Return it as a whole number."""
        return int(self.text(key) or 0)

    def given(self, key: str) -> bool:
        """Return whether the argument is there at all."""
        return any(name == key for name, _ in self._parameters)

    def every(self, key: str) -> list[Value | None]:
        """Return the arguments of a key that repeats."""
        return [evaluate(tree, self._lookup) for name, tree in self._parameters if name == key]


def _coalesce(call: _Arguments) -> Value | None:
    return next((value for value in call.every("source") if text(value)), None)


def _join(call: _Arguments) -> Value | None:
    parts: list[str] = []
    for value in call.every("source"):
        parts += value if isinstance(value, list) else [text(value)]
    return call.text("separator").join(part for part in parts if part) or None


def _switch(call: _Arguments) -> Value | None:
    source = call.text("source")
    for key, value in zip(call.every("key"), call.every("value"), strict=False):
        if text(key).lower() == source.lower():
            return value
    return call.value("defaultValue")


def _iif(call: _Arguments) -> Value | None:
    return call.value("valueIfTrue" if call.text("condition").lower() == "true" else "valueIfFalse")


def _replace(call: _Arguments) -> Value | None:
    source, replacement = call.text("source"), _replacement(call)
    if call.given("oldValue") and call.given("template"):
        return call.text("template").replace(call.text("oldValue"), source)
    if call.given("oldValue"):
        return source.replace(call.text("oldValue"), replacement) or None
    pattern = re.sub(r"\(\?<(?![=!])", "(?P<", call.text("regexPattern"))
    group = call.text("regexGroupName")
    if not group:
        return re.sub(pattern, lambda _: replacement, source) or None
    return re.sub(pattern, lambda found: found[0].replace(found[group] or "", replacement), source) or None


def _replacement(call: _Arguments) -> str:
    return call.text("replacementValue") or call.text("replacementAttributeName")


def _normalized(call: _Arguments) -> Value | None:
    decomposed = unicodedata.normalize("NFD", call.text("source"))
    return "".join(letter for letter in decomposed if unicodedata.category(letter) != "Mn") or None


def _mid(call: _Arguments) -> Value | None:
    start = max(0, call.number("start") - 1)
    return call.text("source")[start : start + call.number("length")] or None


def _said(truth: bool) -> Value:
    return "True" if truth else "False"


_FUNCTIONS: dict[str, Callable[[_Arguments], Value | None]] = {
    "=": lambda call: _said(call.text("left").lower() == call.text("right").lower()),
    "<>": lambda call: _said(call.text("left").lower() != call.text("right").lower()),
    "Append": lambda call: (call.text("source") + call.text("suffix")) or None,
    "Coalesce": _coalesce,
    "IIF": _iif,
    "IsNullOrEmpty": lambda call: _said(not call.text("source")),
    "IsPresent": lambda call: _said(bool(call.text("source"))),
    "Join": _join,
    "Left": lambda call: call.text("source")[: call.number("numChars")] or None,
    "Mid": _mid,
    "NormalizeDiacritics": _normalized,
    "Not": lambda call: _said(call.text("source").lower() != "true"),
    "Replace": _replace,
    "StripSpaces": lambda call: call.text("source").replace(" ", "") or None,
    "Switch": _switch,
    "ToLower": lambda call: call.text("source").lower() or None,
    "ToUpper": lambda call: call.text("source").upper() or None,
    "Trim": lambda call: call.text("source").strip() or None,
}
