"""Read Graph's answers: single fields that may be null or absent, or a model of all that is looked at.

Nothing else of an answer has to be as documented.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated, Any, TypeVar, cast

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError
from pydantic.alias_generators import to_camel

from providers.errors import UnexpectedAnswerError

Json = dict[str, Any]

_NEVER = ("0001-01-01T", "1601-01-01T", "1970-01-01T")  # of .NET, of its file times, of Unix
_NAMED = 4  # so that an answer of quite another kind stays one line


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


class Wire(BaseModel, frozen=True):
    """Something as Graph writes it; what nobody here looks at is left out."""

    model_config = ConfigDict(alias_generator=to_camel, extra="ignore", hide_input_in_errors=True)


def _interval(value: object) -> object:
    """Read an unset interval, which Graph writes as the longest TimeSpan there is, as ten years."""
    return timedelta(days=3650) if isinstance(value, str) and value.startswith("P10675199D") else value


def _begun(value: object) -> object:
    """Take an execution that never began for none: Graph fills one in as failed before the first cycle."""
    return cast("object", value) if isinstance(value, dict) and "timeBegan" in value else None


Interval = Annotated[timedelta, BeforeValidator(_interval)]
BEGUN = BeforeValidator(_begun)
_Read = TypeVar("_Read", bound=Wire)


def read_as(model: type[_Read], body: dict[str, Any], what: str) -> _Read:
    """Read what Graph answered; UnexpectedAnswerError names `what` was asked for and wrong fields, no value."""
    try:
        return model.model_validate(_without_nulls(body))
    except RecursionError:
        raise UnexpectedAnswerError(f"Graph: {what}: the answer is nested too deeply: run again later") from None
    except ValidationError as error:
        wrong = [".".join(str(part) for part in each["loc"]) for each in error.errors(include_input=False)]
        raise UnexpectedAnswerError(
            f"Graph: {what}: the answer cannot be read (fields: {', '.join(wrong[:_NAMED])}): run again later"
        ) from None


def _without_nulls(body: Any) -> Any:
    """Leave out what is null or at the beginning of a calendar, which Graph writes for what has not happened yet."""
    if isinstance(body, list):
        return [_without_nulls(each) for each in cast("list[Any]", body)]
    if not isinstance(body, dict):
        return body
    fields = cast("dict[str, Any]", body)
    return {
        name: _without_nulls(value)
        for name, value in fields.items()
        if value is not None and not (isinstance(value, str) and value.startswith(_NEVER))
    }
