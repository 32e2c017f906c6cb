"""How a stack file is read: its values, keys that are misspelt, and what pydantic found, as lines for its author."""

import difflib
import json
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any, get_args

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from providers.masking import HIDDEN, masked
from stacks.config import TENANT_KEY, StackConfig, broken_rules
from stacks.fields import Section

PROJECT = "greenlake-scim:"
_ALIKE = 0.8  # one letter wrong, missing or too many in a word of five; two in a word of ten
_ALMOST_EQUAL = 0.9  # azuread has other keys, such as clientId
_NAMESPACES = ("greenlakescim", "greenlake", "scim", "hpegreenlake", "hpegl")
# Our own checks bring their sentences in value_error; these are for pydantic's, by its error types.
_SENTENCES = {
    "bool_type": "must be true or false",
    **dict.fromkeys(("dict_type", "model_type"), "must be a map of keys and values"),
    "extra_forbidden": "is not a key here: the keys are {keys}",
    "greater_than_equal": "must be at least {ge}",
    **dict.fromkeys(("int_from_float", "int_type"), "must be a whole number"),
    "literal_error": "must be {expected}",
    "missing": "is missing{about}",
    "string_pattern_mismatch": "must be a field's name: letters, digits, _ . and -",
    "string_too_long": "must be at most {max_length} characters long",
    **dict.fromkeys(("string_too_short", "too_short"), "must not be empty"),
    "string_type": "must be text",
    **dict.fromkeys(("list_type", "tuple_type"), "must be a list"),
    "value_error": "{error}",
}
_OF_A_KEY = "[key]"  # the last step of pydantic's path if the key itself is wrong
_LOOKS_SECRET = re.compile(r"token|secret|password|passphrase|bearer|://", re.IGNORECASE)


def shown_name(text: str) -> str:
    """Return a key, a path of keys or a value as it is, unless somebody has pasted a secret in its place."""
    shown = masked(text)
    return shown if HIDDEN in shown else text


def quotes(problem: str, value: object) -> str:
    """Return what to do about a value that is not text because YAML took it for a number or a boolean."""
    scalar = problem == "string_type" and isinstance(value, int | float)
    return ": YAML does not take it for text: write it in quotes" if scalar else ""


def read_value(text: str) -> Any:
    """Return a value as it was written: structured ones and booleans arrive as JSON text, single words as they are."""
    try:
        return json.loads(text)
    except ValueError:
        return text


def look_alikes(keys: Iterable[str]) -> Iterator[str]:
    """Report each key of another namespace that looks like one of ours, with the right one."""
    names = (str(field.alias) for field in StackConfig.model_fields.values())
    sections = {_plain(name): name for name in names if name != TENANT_KEY}
    for key in sorted(keys):
        namespace, _, name = key.rpartition(":")
        if key.startswith(PROJECT) or key == TENANT_KEY:
            continue
        if _closest(key, [_plain(TENANT_KEY)], _ALMOST_EQUAL):
            yield f"{key}: is a key that nothing reads: write {TENANT_KEY}"
        elif _closest(namespace, _NAMESPACES):
            section = sections.get(_closest(name, sections), f"<section>, one of {', '.join(sections.values())}")
            yield f"{shown_name(key)}: is a key that nothing reads: write {PROJECT}{section}"


def _closest(text: str, known: Iterable[str], cutoff: float = _ALIKE) -> str:
    return "".join(difflib.get_close_matches(_plain(text), list(known), n=1, cutoff=cutoff))


def _plain(text: str) -> str:
    return re.sub(r"[^a-z0-9]", "", text.casefold())


def checked(
    stack: str, document: Mapping[str, Any], secret_sections: Collection[str], about_tenant: str = ""
) -> tuple[list[str], StackConfig | None]:
    """What is wrong with a stack file, one line a problem, and its values if nothing is.

    `document` has the sections by their names and the tenant by azuread's key. Each of `secret_sections` has an
    encrypted value somewhere: it is refused, and no other problem of it is listed, since that could show a part of the
    value. `about_tenant` is how to name the tenant if it is named wrongly.
    """
    broken = [*encrypted(secret_sections), *broken_rules(stack, document)]
    try:
        return broken, StackConfig.model_validate_json(json.dumps(document))
    except ValidationError as error:
        found = lines(error, secret_sections)
        return [*(f"{line}: {about_tenant}" if line.startswith(TENANT_KEY) else line for line in found), *broken], None


def encrypted(sections: Iterable[str]) -> Iterator[str]:
    """Refuse encrypted values: a section's values become inputs of resources, which state holds in clear."""
    for section in sorted(sections):
        yield (
            f"{section}: holds an encrypted value (secure:), which would be in clear in state: write it in plain text "
            "or take it out; credentials belong in the environment"
        )


def lines(
    error: ValidationError,
    secret_sections: Collection[str],
    of: type[Section] = StackConfig,
    page: str = "docs/configuration.md",
) -> Iterator[str]:
    """One line a problem of a document: key path, value, what is right, and the `page` that lists the values."""
    for problem in error.errors():
        if problem["type"] == "default_factory_not_called" or problem["loc"][0] in secret_sections:
            continue  # the default waits for a field with its own line; an encrypted section has its line
        path, shown = _path(problem["loc"]), _shown(problem)
        sentence = _SENTENCES.get(problem["type"], f"is not valid: {page} lists the allowed values")
        context = {**problem.get("ctx", {}), "keys": _known_keys(problem["loc"], of)}
        context["about"] = "" if path == TENANT_KEY else f": {page} lists its keys"
        yield f"{path}: {shown}{sentence.format(**context)}{quotes(problem['type'], problem['input'])}"


def _path(location: tuple[int | str, ...]) -> str:
    # The form of an entry is not a key, and the sentence names a wrong key itself.
    steps = [step for step in location if not str(step).startswith("<") and step != _OF_A_KEY]
    return shown_name("".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in steps).lstrip("."))


def _shown(problem: ErrorDetails) -> str:
    value = problem["input"]
    if (
        not isinstance(value, str | int | float)
        or problem["type"] == "extra_forbidden"
        or problem["loc"][-1] == _OF_A_KEY
    ):
        return ""
    text = json.dumps(value, ensure_ascii=False)
    hidden = len(text) > 60 or shown_name(text) != text or _LOOKS_SECRET.search(f"{problem['loc'][-1]} {text}")
    return "" if hidden else f"{text} "


def _known_keys(location: tuple[int | str, ...], section: type[Section]) -> str:
    """The keys that the section holding the last step of a location has."""
    for step in location[:-1]:
        fields = {field.alias: field for field in section.model_fields.values()}
        section = _section_in(fields[step].annotation if step in fields else None) or section
    return ", ".join(str(field.alias) for field in section.model_fields.values() if field.alias != TENANT_KEY)


def _section_in(annotation: Any) -> type[Section] | None:
    """The section class that an annotation mentions, such as that of the values of a dict."""
    if isinstance(annotation, type) and issubclass(annotation, Section):
        return annotation
    return next(filter(None, map(_section_in, get_args(annotation))), None)
