"""Pulumi's property values as plain Python, and back."""

from collections.abc import Mapping, Sequence
from typing import Any, cast

from pulumi.provider.experimental.property_value import PropertyValue
from pulumi.runtime.rpc import UNKNOWN

__all__ = ["UNKNOWN", "plain", "plain_map", "wrapped", "wrapped_map"]

Plain = dict[str, Any]


def plain(value: PropertyValue) -> Any:
    """The value itself: secrets opened, unknowns as `UNKNOWN`, the real plugin's `__defaults` left out."""
    inner = value.value
    if isinstance(inner, Mapping):
        return plain_map(inner)
    if isinstance(inner, Sequence) and not isinstance(inner, str):
        return [plain(item) for item in inner]
    return inner


def plain_map(values: Mapping[str, PropertyValue]) -> Plain:
    """Each value of a map as plain Python."""
    return {name: plain(value) for name, value in values.items() if name != "__defaults"}


def wrapped(value: Any, secret: frozenset[str] = frozenset()) -> PropertyValue:
    """A plain value for the wire, where numbers are floats; `secret` as `wrapped_map` has it."""
    if isinstance(value, dict):
        return PropertyValue(wrapped_map(cast("Plain", value), secret))
    if isinstance(value, list):
        return PropertyValue([wrapped(item, secret) for item in cast("list[Any]", value)])
    return PropertyValue(float(value) if isinstance(value, int) and not isinstance(value, bool) else value)


def wrapped_map(values: Mapping[str, Any], secret: frozenset[str] = frozenset()) -> dict[str, PropertyValue]:
    """A plain map for the wire; the named entries are secret, at any depth, also within a secret."""
    return {name: wrapped(value, secret).with_secret(name in secret) for name, value in values.items()}
