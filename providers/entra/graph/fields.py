"""Read fields of Graph's answers that may be null, absent or of another kind than documented."""

from collections.abc import Mapping
from typing import Any, cast

from providers.errors import UnexpectedAnswerError

Json = dict[str, Any]


def object_in(fields: Mapping[str, Any], name: str) -> Json:
    """Return an object, an empty one if there is none."""
    found = fields.get(name)
    return cast("Json", found) if isinstance(found, dict) else {}


def text_in(fields: Mapping[str, Any], name: str) -> str:
    """Return a value as text, "" if there is none."""
    found = fields.get(name)
    return "" if found is None else str(found)


def entries(fields: Mapping[str, Any], name: str) -> list[Json]:
    """Return a list of objects, null and absent as an empty one. Raises UnexpectedAnswerError for anything else."""
    found: object = fields.get(name)
    if found is None:
        return []
    if not isinstance(found, list) or not all(isinstance(each, dict) for each in cast("list[object]", found)):
        raise UnexpectedAnswerError(f"Graph: {name} of an answer is not a list: see what was done, then run again")
    return cast("list[Json]", found)
