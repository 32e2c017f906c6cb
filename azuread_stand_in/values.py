"""Pulumi's property values as plain Python, and back: JSON, in which a marker distinguishes secrets and unknowns."""

from collections.abc import Mapping
from typing import Any, cast

from google.protobuf.struct_pb2 import Struct, Value

Plain = dict[str, Any]

UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
_KIND = "4dabf18193072939515e22adb298388d"
_SECRET = "1b47061264138c4ac30d75fd1eb44270"  # of a map whose value is secret


def plain(value: Value) -> Any:
    """The value itself: secrets opened, unknowns as `UNKNOWN`, the real plugin's `__defaults` left out."""
    kind = value.WhichOneof("kind")
    if kind == "struct_value":
        fields = plain_map(value.struct_value)
        return fields.get("value") if fields.get(_KIND) == _SECRET else fields
    if kind == "list_value":
        return [plain(item) for item in value.list_value.values]
    return getattr(value, kind) if kind and kind != "null_value" else None


def plain_map(values: Struct) -> Plain:
    """Each value of a map as plain Python."""
    return {name: plain(value) for name, value in values.fields.items() if name != "__defaults"}


def wrapped(values: Mapping[str, Any], secret: frozenset[str] = frozenset()) -> Struct:
    """A plain map for the wire; the named entries are secret, at any depth, also within a secret."""
    struct = Struct()
    struct.update(_marked(values, secret))
    return struct


def _marked(value: Any, secret: frozenset[str]) -> Any:
    if isinstance(value, list):
        return [_marked(item, secret) for item in cast("list[Any]", value)]
    if not isinstance(value, Mapping):
        return value
    marked = {name: _marked(item, secret) for name, item in cast("Mapping[str, Any]", value).items()}
    return {name: {_KIND: _SECRET, "value": item} if name in secret else item for name, item in marked.items()}
