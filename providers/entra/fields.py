"""Read fields of Graph's answers that may be null, absent or of another kind than documented."""

from collections.abc import Mapping
from typing import Any, cast

Json = dict[str, Any]


def object_in(fields: Mapping[str, Any], name: str) -> Json:
    """Return an object, an empty one where there is none."""
    found = fields.get(name)
    return cast("Json", found) if isinstance(found, dict) else {}


def text_in(fields: Mapping[str, Any], name: str) -> str:
    """Return a value as text, "" where there is none."""
    found = fields.get(name)
    return "" if found is None else str(found)
