"""The fields of an answer in any of its forms without the call's secrets, and their names and kinds. Pure.

The forms are JSON, a text with JSON in it, XML, a page, and a form. Each has escapes for the characters of a secret,
which may be made of words, so that nothing but the call itself shows that it is one.
"""

import html
import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from html.entities import html5
from itertools import chain, islice
from typing import cast
from urllib.parse import parse_qsl

from providers.http import Call
from providers.masking import HIDDEN, masked

_MOST = 40  # fields: an answer of a token API has a few
_DEEPEST = 6
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{0,39}")
_KINDS: dict[type, str] = {str: "text", int: "number", float: "number", bool: "true or false", type(None): "null"}
_MOST_READ = 100_000  # characters of a page: its title and its sentence are at its beginning
_ELEMENT = re.compile(r"<(?:[\w-]+:)?([\w-]+)(?:\s[^<>]*)?>([^<>]+)</")  # one that holds nothing but text
_PAGE_ID = re.compile(
    r"\b(support id|ray id|reference)\W{1,9}(?:is\W{1,9})?([0-9a-f][0-9a-f.-]{7,35})\b", re.IGNORECASE
)
_FORM = re.compile(r"error=[^\s&=]+(?:&\w+=[^\s&]*)*")  # RFC 6749 wants JSON, and some services send a form
# Parts of a request, in which some services name what is wrong with each.
PLACES = ("body", "content", "data", "form", "header", "headers", "params", "parameters", "query")
_SHORTEST = 8  # a shorter one could be a word of the answer
ECHOES = re.compile(
    "([a-z]*(input|value|password|passphrase|passwd|pwd|secret|token|credential|assertion|authorization|cookie|apikey)"
    "|request([a-z]*(body|headers|data|payload|params|query))?|received|given|submitted|payload|args|arguments|argv"
    "|env|environment)s?"
)

Fields = Mapping[str, object]


def decoded(body: bytes) -> str:
    """Return a body as text, by the marks and the zeros in it; what is not UTF-8, 16 or 32 is read as Windows-1252."""
    try:
        return body.decode(json.detect_encoding(body))
    except UnicodeDecodeError:
        return body.decode("cp1252", errors="replace")


def fields_of(text: str) -> Fields | None:
    """Return the fields, None if there are none. A list becomes the field `errors`, a text alone `message`."""
    try:
        found: object = json.loads(text, strict=False)
    except (ValueError, RecursionError):
        found = None
    if isinstance(found, str):
        return json_in(found) or {"message": found}
    if isinstance(found, list):
        return {"errors": cast("list[object]", found)}
    if text.lstrip("\ufeff \t\r\n").startswith("<"):
        return _marked_up(text[:_MOST_READ])
    return json_in(text) or (dict(parse_qsl(text)) if _FORM.fullmatch(text.strip()) else None)


def json_in(text: str) -> Fields | None:
    """Return the first JSON object in a text, None if there is none."""
    for each in (text, text.replace('\\"', '"')):
        for start in islice((found.start() for found in re.finditer(r"\{", each)), 3):
            try:
                found: object = json.JSONDecoder(strict=False).raw_decode(each, start)[0]
            except (ValueError, RecursionError):
                continue
            return cast("Fields", found)
    return None


def _marked_up(text: str) -> Fields | None:
    """Return the first element of each name that holds text alone, and the ids that a firewall shows to a person."""
    found = {name: html.unescape(said).strip() for name, said in reversed(_ELEMENT.findall(text))}
    return found | dict(_PAGE_ID.findall(html.unescape(text))) or None


def shape(body: bytes, token: str = "") -> dict[str, str]:
    """Return the kind of each field by its path, such as {"data.expiresIn": "number"}; "" is the whole answer.

    A name that may be a secret is hidden, since a service may use a token or a person's address as a name. The field
    that holds `token` is of the kind "the token".
    """
    try:
        found: object = json.loads(body)
    except (ValueError, RecursionError):
        bare = body.decode(errors="replace").strip()
        return {"": "nothing" if not bare else "the token" if bare == token else "no JSON"}
    return dict(islice(_fields((), found, token), _MOST))


def _fields(path: tuple[str, ...], value: object, token: str) -> Iterator[tuple[str, str]]:
    inner: list[tuple[str, object]] = []
    if isinstance(value, dict):
        inner = [(_shown(name), each) for name, each in cast("dict[str, object]", value).items()]
    elif isinstance(value, list):
        inner = [("[]", each) for each in cast("list[object]", value)]
    if inner and len(path) < _DEEPEST:
        for name, each in inner:
            yield from _fields((*path, name), each, token)
    elif token and isinstance(value, str) and value.strip() == token:
        yield ".".join(path), "the token"
    else:
        yield ".".join(path), _KINDS.get(type(cast("object", value)), "list or object")


def _shown(name: str) -> str:
    return masked(name) if _NAME.fullmatch(name) else HIDDEN


def hidden(call: Call, *parts: bytes | str) -> list[str]:
    """Return the body and other parts of an answer as texts without the call's secrets."""
    texts = [decoded(each) if isinstance(each, bytes) else each for each in parts]
    for secret in sorted(_sent(call), key=len, reverse=True):
        written = [_written(each) for each in secret]
        if any(map(_pattern(written[:_SHORTEST]).search, texts)):  # to compile the pattern of a bearer takes 0.3 s
            texts = [_pattern(written).sub(HIDDEN, each) for each in texts]
    return texts


def _pattern(written: list[str]) -> re.Pattern[str]:
    return re.compile(r"\\{0,8}".join(written), re.IGNORECASE)


def _sent(call: Call) -> Iterator[str]:
    bearers = (value.split()[-1:] for name, value in call.headers.items() if name.lower() == "authorization")
    of_form = (value for name, value in (call.form or {}).items() if "secret" in name)
    for each in (*chain.from_iterable(bearers), *of_form, *call.secrets):
        if len(each) >= _SHORTEST:
            yield each


@cache
def _written(character: str) -> str:
    """Return a pattern for a character as such, in JSON, in XML or a page, and in a form."""
    code, units = ord(character), re.findall("....", character.encode("utf-16-be").hex())
    of_json = "".join(rf"\\{{0,8}}u{unit}" for unit in units)
    names = (name for name, meant in html5.items() if meant == character and name.endswith(";"))
    entity = "|".join([f"#0{{0,6}}{code};", f"#x0{{0,6}}{code:x};", *names])
    of_form = "".join(rf"%(?:25){{0,3}}{byte:02x}" for byte in character.encode())
    return f"(?:{re.escape(character)}|{of_json}|&(?:amp;){{0,3}}(?:{entity})|{of_form})"
