"""What an answer looks like: the names and kinds of its fields, and never a value. Pure."""

import json
import re
from collections.abc import Iterator
from itertools import islice
from typing import cast

from providers.masking import HIDDEN, masked

_MOST = 40  # fields: an answer of a token API has a few
_DEEPEST = 6
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{0,39}")
_KINDS: dict[type, str] = {str: "text", int: "number", float: "number", bool: "true or false", type(None): "null"}


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
