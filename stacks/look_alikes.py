"""Finds keys of a stack file that are meant for this program, and that nothing reads because of their spelling."""

import difflib
import re
from collections.abc import Iterable, Iterator

from stacks.config import StackConfig
from stacks.tenant import TENANT_KEY

PROJECT = "greenlake-scim:"
_ALIKE = 0.8  # one letter wrong, missing or too many in a word of five; two in a word of ten
_NAMESPACES = ("greenlakescim", "greenlake", "scim", "hpegreenlake", "hpegl")


def look_alikes(keys: Iterable[str]) -> Iterator[str]:
    """Report each key of another namespace that looks like one of ours, with the right one."""
    names = (str(field.alias) for field in StackConfig.model_fields.values())
    sections = {_plain(name): name for name in names if name != TENANT_KEY}
    for key in sorted(keys):
        namespace, _, name = key.rpartition(":")
        if key.startswith(PROJECT) or not _closest(namespace, _NAMESPACES):
            continue
        section = sections.get(_closest(name, sections), f"<section>, one of {', '.join(sections.values())}")
        yield f"{key}: is a key that nothing reads: write {PROJECT}{section}"


def _closest(text: str, known: Iterable[str]) -> str:
    return "".join(difflib.get_close_matches(_plain(text), list(known), n=1, cutoff=_ALIKE))


def _plain(text: str) -> str:
    return re.sub(r"[^a-z0-9]", "", text.casefold())
