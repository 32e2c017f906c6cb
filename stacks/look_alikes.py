"""Finds keys of a stack file that are meant for this program, and that nothing reads because of their spelling."""

import difflib
import re
from collections.abc import Iterable, Iterator

from stacks.config import StackConfig
from stacks.tenant import TENANT_KEY

PROJECT = "greenlake-scim:"
_ALIKE = 0.8  # one letter wrong, missing or too many in a word of five; two in a word of ten
_ALMOST_EQUAL = 0.9  # azuread has keys of its own, such as clientId
_NAMESPACES = ("greenlakescim", "greenlake", "scim", "hpegreenlake", "hpegl")


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
            yield f"{key}: is a key that nothing reads: write {PROJECT}{section}"


def _closest(text: str, known: Iterable[str], cutoff: float = _ALIKE) -> str:
    return "".join(difflib.get_close_matches(_plain(text), list(known), n=1, cutoff=cutoff))


def _plain(text: str) -> str:
    return re.sub(r"[^a-z0-9]", "", text.casefold())
