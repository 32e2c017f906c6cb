"""JSON: read from bytes that may be anything, and its types, for the type checker."""

import json
from collections.abc import Iterable
from typing import Any, TypeGuard

_DEEPEST = 64


def is_object(value: object) -> TypeGuard[dict[str, Any]]:
    """Return whether the value is a JSON object."""
    return isinstance(value, dict)


def is_list(value: object) -> TypeGuard[list[Any]]:
    """Return whether the value is a JSON list."""
    return isinstance(value, list)


def decoded(raw: bytes) -> object:
    """Decode JSON that can be stored and written again; ValueError for other bytes.

    No JSON are NaN, numbers beyond a float, half of a surrogate pair, and what is nested deeper than 64.
    """
    try:
        value: object = json.loads(raw)
        json.dumps(value, ensure_ascii=False, allow_nan=False).encode()
    except RecursionError:
        raise ValueError("nested too deeply") from None
    level = [value]
    for _ in range(_DEEPEST):
        level = [inner for one in level for inner in _inner(one)]
        if not level:
            return value
    raise ValueError("nested too deeply")


def _inner(value: object) -> Iterable[object]:
    return value.values() if is_object(value) else value if is_list(value) else ()
