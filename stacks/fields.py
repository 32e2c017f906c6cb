"""The kinds of value a stack file holds, and what all its sections have in common.

A check raises `ValueError` with a sentence that lacks its subject, the key or value ("is not a duration: ...").
"""

import re
from collections.abc import Sequence
from typing import Annotated, Literal
from urllib.parse import SplitResult, urlsplit

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    StringConstraints,
    Tag,
)
from pydantic.alias_generators import to_camel

from providers import timestamps
from providers.entra.sign_in.tenant import GUID
from providers.masking import masked


class Section(BaseModel):
    """A map in a stack file: keys in camelCase, none unknown, no value turned into another type, fixed once read.

    The sentence under a field is its entry in docs/configuration.md.
    """

    model_config = ConfigDict(alias_generator=to_camel, extra="forbid", frozen=True, strict=True)


def as_written(text: str) -> str:
    """Refuse text that the file does not show as it is: a date, as the engine hands it over, and control characters."""
    if re.fullmatch(r"[0-9-]{10} [0-9:.]+ \+0000 UTC", text):
        raise ValueError("is a date to YAML: write it in quotes")
    if re.search(r"[\x00-\x1f\x7f]", text):
        raise ValueError("must not have control characters")
    return text


def no_secret(url: str) -> str:
    """Refuse an address with a secret in it: state and Entra's page show addresses in clear."""
    if masked(url) != url:
        raise ValueError("must not hold a secret, which would be in clear in state")
    return url


Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1), AfterValidator(as_written)]
Name = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120), AfterValidator(as_written)
]
_ADDRESS = r"[^@\s]+@[^@\s]+"


def is_object_id(name: str) -> bool:
    """True if Entra would read the name as an object id, not as a display name."""
    return re.fullmatch(GUID, name) is not None


def _duration(value: object) -> object:
    timestamps.duration(value if isinstance(value, str) else "")
    return value


def split_https_url(url: str) -> SplitResult:
    """Take an https URL apart; raises ValueError if Entra or a client could read it in two ways."""
    try:
        parts = urlsplit(url)
        _ = parts.port  # raises if it is not a number up to 65535
    except ValueError:
        raise ValueError("is not a URL: write https://, a host name and perhaps a port") from None
    if parts.scheme != "https":
        raise ValueError("must begin with https://: the token travels in every request")
    if not parts.hostname or re.search(r"[\s\\]", url):
        raise ValueError("is not a URL: write https://, a host name and perhaps a port")
    if parts.username is not None:
        raise ValueError("must not hold a user name or password")
    if "#" in url:
        raise ValueError("must not have a fragment (#)")
    if re.search(r"/(\.|%2e){1,2}(/|$)", parts.path, re.IGNORECASE):
        raise ValueError("must not have . or .. between slashes")
    return parts


def _https_url(url: str) -> str:
    split_https_url(url)
    return no_secret(url if "?" in url else url.rstrip("/"))


def _of_form(pattern: str, otherwise: str) -> AfterValidator:
    """Check the form of a text; `otherwise` is what is wrong with any other one."""

    def check(text: str) -> str:
        if re.fullmatch(pattern, text):
            return text
        raise ValueError(otherwise)

    return AfterValidator(check)


def _no_twins(entries: "Sequence[str | Pinned]") -> "Sequence[str | Pinned]":
    seen: set[str] = set()
    for entry in entries:
        name = entry.id if isinstance(entry, Pinned) else entry
        if name.casefold() in seen:
            raise ValueError(f'names "{name}" twice (Entra does not distinguish upper and lower case): keep one')
        seen.add(name.casefold())
    return entries


def _form_of_entry(value: object) -> str:
    """Return which of the two forms an entry has: a step in the path of an error, and no key is spelled so."""
    return "<pinned>" if isinstance(value, dict | Pinned) else "<name>"


def _switch(value: object) -> object:
    """A YAML reader may hand on and off over as booleans."""
    return {True: "on", False: "off"}[value] if isinstance(value, bool) else value


def _as_text(value: object) -> object:
    """A number or boolean is as good a reason to rotate as a word."""
    return str(value) if isinstance(value, int | float) else value


AnyScalar = Annotated[str, BeforeValidator(_as_text, json_schema_input_type=str | int | float | bool)]
FieldName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_][A-Za-z0-9_.-]*$")]
HttpsUrl = Annotated[str, AfterValidator(_https_url), Field(json_schema_extra={"pattern": "^https://"})]
Duration = Annotated[str, BeforeValidator(_duration), Field(json_schema_extra={"pattern": f"^{timestamps.DURATION}$"})]
WorkspaceId = Annotated[
    str,
    _of_form(r"[A-Za-z0-9_-]{4,64}", "is not the id of a workspace: write 4 to 64 letters, digits, - and _"),
    AfterValidator(lambda written: written.lower()),  # pydantic reads the signature of str.lower in 0.02 s
]
Email = Annotated[str, _of_form(_ADDRESS, "is not one e-mail address"), Field(json_schema_extra={"format": "email"})]
Switch = Annotated[Literal["on", "off"], BeforeValidator(_switch, json_schema_input_type=bool | Literal["on", "off"])]
ObjectId = Annotated[
    str,
    _of_form(GUID, "is not an object id, such as 5cd3dfb6-5b8c-4b6e-9b0f-0d5b3ad3f5a1"),
    Field(json_schema_extra={"pattern": f"^{GUID}$"}),
]
_User = Annotated[
    Text,
    _of_form(f"{GUID}|{_ADDRESS}", "is neither a user principal name (name@domain) nor an object id"),
    Tag("<name>"),
]


class Pinned(Section):
    """A group or user by its object id, which it keeps when it is renamed."""

    id: ObjectId
    """Its object id in Entra."""

    name: Text
    """What it is called, for readers: not looked up."""


_PinnedEntry = Annotated[Pinned, Tag("<pinned>")]
Groups = Annotated[
    tuple[Annotated[Annotated[Text, Tag("<name>")] | _PinnedEntry, Discriminator(_form_of_entry)], ...],
    AfterValidator(_no_twins),
]
Users = Annotated[tuple[Annotated[_User | _PinnedEntry, Discriminator(_form_of_entry)], ...], AfterValidator(_no_twins)]
