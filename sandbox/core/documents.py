"""Lists and objects inside JSON documents, with what is missing or null read as empty."""

from collections.abc import Mapping
from typing import Any

from sandbox.core.json_types import is_list, is_object

Document = Mapping[str, Any]


def objects(document: Document, name: str) -> list[dict[str, Any]]:
    """Return a list of objects."""
    value: object = document.get(name)
    return [one for one in value if is_object(one)] if is_list(value) else []


def texts(document: Document, name: str) -> list[str]:
    """Return a list of texts."""
    value: object = document.get(name)
    return [str(one) for one in value] if is_list(value) else []


def child(document: Document, name: str) -> dict[str, Any]:
    """Return an object."""
    value: object = document.get(name)
    return value if is_object(value) else {}
