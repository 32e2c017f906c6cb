"""The types of values in state, and a schema that checks them by key and fills in what an older version lacks. Pure.

A value that the engine does not know yet, as in a preview, is not JSON and fits every type.
"""

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timezone
from types import MappingProxyType
from typing import Any, cast
from urllib.parse import urlsplit

from providers.errors import StoppedError
from providers.timestamps import DURATION, MOMENT

Properties = dict[str, Any]

VERSION = "schema_version"
SECRET_MARK = "4dabf18193072939515e22adb298388d"  # the engine's key of a value that an export shows encrypted
_JSON = {str: "a text", bool: "true or false", int: "a number", float: "a number", list: "a list", dict: "an object"}
_LARGEST = 2**53  # a number of the engine's wire is a double
_YEARS = range(2000, 9000)  # of this program's own clock: what is added to such a date is a date, too


@dataclass(frozen=True)
class Type:
    """A type: its name, as in "issued_at is a list, not a date", and whether a value of JSON is of it."""

    name: str
    is_one: Callable[[Any], bool]

    def fits(self, value: object) -> bool:
        """Return whether a value is of this type, or not known yet."""
        return value is not None and (type(value) not in _JSON or self.is_one(value))

    def wrong(self, value: object) -> str:
        """Return what a value of another type is instead, and nothing of the value itself."""
        found = next((name for kind, name in _JSON.items() if kind is type(value)), "unknown")
        return f"is another {found.split()[-1]}" if self.name.startswith(found) else f"is {found}, not {self.name}"


def one_of(*words: str) -> Type:
    """Return the type of a text that is one of these words."""
    return Type("one of " + ", ".join(word or '""' for word in words), lambda value: value in words)


def matching(name: str, pattern: str) -> Type:
    """Return the type of a text of this form."""
    return Type(name, lambda value: isinstance(value, str) and bool(re.fullmatch(pattern, value)))


def optional(of: Type) -> Type:
    """Return the type of a value that is "" if there is none."""
    return Type(f'{of.name} or ""', lambda value: value == "" or of.is_one(value))


def any_of(*types: Type) -> Type:
    """Return the type of a value of any of these types."""
    return Type(" or ".join(each.name for each in types), lambda value: any(each.is_one(value) for each in types))


def encrypted(of: Type) -> Type:
    """Return the type of a secret, which an export without --show-secrets shows encrypted."""
    return Type(of.name, lambda value: (isinstance(value, dict) and SECRET_MARK in value) or of.is_one(value))


def list_of(each: Type) -> Type:
    """Return the type of a list."""
    return Type(
        f"a list of {each.name}",
        lambda value: type(value) is list and all(map(each.fits, cast("list[object]", value))),
    )


def map_of(each: Type) -> Type:
    """Return the type of an object with any names."""
    return Type(
        f"an object with {each.name} under each name",
        lambda value: type(value) is dict and all(map(each.fits, cast("dict[str, object]", value).values())),
    )


def record(required: Mapping[str, Type], others: Mapping[str, Type] = MappingProxyType({})) -> Type:
    """Return the type of an object with the `required` names, and perhaps `others`; further names do not count."""

    def is_one(value: Any) -> bool:
        if not isinstance(value, dict):
            return False
        fields = cast("dict[str, object]", value)
        known = {**required, **{name: each for name, each in others.items() if name in fields}}
        return all(each.fits(fields.get(name)) for name, each in known.items())

    return Type(f"an object with {', '.join(required)}", is_one)


def _is_count(value: Any) -> bool:
    is_number = type(value) in (int, float)  # true is a bool, and an int to isinstance
    return is_number and 0 <= value <= _LARGEST and value == math.floor(value)


def _year(value: object) -> int:
    """Return the year of a date, 0 for anything else."""
    try:
        return datetime.strptime(cast("str", value), MOMENT).replace(tzinfo=timezone.utc).year
    except (ValueError, TypeError):
        return 0


def _is_address(value: object) -> bool:
    try:
        parts = urlsplit(cast("str", value))
        return parts.scheme == "https" and bool(parts.hostname) and parts.port != 0
    except (ValueError, AttributeError, TypeError):
        return False


ANYTHING = Type("any value", lambda _value: True)
TEXT = Type("a text", lambda value: isinstance(value, str))
FLAG = Type("true or false", lambda value: isinstance(value, bool))
COUNT = Type("a whole number", _is_count)
ID = matching("an id", r"(?!\.\.?$)[^\s/?#%\\\x00-\x1f\x7f]+")
DATE = Type("a date (2027-01-23T08:00:00Z)", lambda value: _year(value) in _YEARS)
FOREIGN_DATE = Type(DATE.name, lambda value: _year(value) >= _YEARS.start)
SPAN = matching("a duration (60d)", DURATION)
ADDRESS = Type("an https:// address", _is_address)
SECRET = encrypted(matching("a token", "[!-~]+"))


def edited_state(resource: str, key: str, wrong: str) -> StoppedError:
    """Return the error about a key that this program would not have written like that."""
    return StoppedError(
        f"state of {resource}: {key} {wrong}: somebody has edited state: import an export of the stack from before "
        "that (`pulumi stack import --file FILE`), then run `pulumi up --refresh`"
    )


class _State(Properties):
    """Properties of which a key that every version has is missing only if somebody has edited state."""

    def __init__(self, resource: str, props: Mapping[str, Any]) -> None:
        super().__init__(props)
        self._resource = resource

    def __missing__(self, key: str) -> Any:
        raise edited_state(self._resource, key, "is missing")


@dataclass(frozen=True)
class StateSchema:
    """What one kind of resource keeps in state.

    `types` are those of its keys; `added` has each key that came later and its value in older state.
    """

    resource: str
    types: Mapping[str, Type]
    added: Mapping[str, Any]

    @property
    def version(self) -> int:
        """Return the version that this code writes; state without one was written before versions were."""
        return 1 + len(self.added)

    def stamped(self, outs: Properties) -> Properties:
        """Return outputs with the version that they are written in."""
        return {**outs, VERSION: self.version}

    def upgraded(self, props: Mapping[str, Any]) -> Properties:
        """Return inputs or outputs of an earlier version as of this one; null is a key that is missing.

        Raises StoppedError for a later version, and for a value of another type than its key has.
        """
        held = {key: value for key, value in props.items() if value is not None}
        for key, kind in {VERSION: COUNT, **self.types}.items():
            if key in held and not kind.fits(held[key]):
                raise edited_state(self.resource, key, kind.wrong(held[key]))
        written = int(held.get(VERSION, 0))
        if written > self.version:
            raise StoppedError(
                f"state of {self.resource}: a newer commit of this program wrote it (schema {written}, this one knows "
                f"{self.version}): run the commit that was deployed last, or a later one"
            )
        return _State(self.resource, self.stamped({**self.added, **held}))

    def is_current(self, outs: Mapping[str, Any]) -> bool:
        """Return whether outputs are laid down as this version writes them."""
        return outs.get(VERSION) == self.version and all(outs.get(key) is not None for key in self.added)
