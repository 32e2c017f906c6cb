"""Mask what looks like a token in text that leaves this machine: a last net, since the engine masks what it knows."""

import re

from providers.errors import printable

_GUID = r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
_WORD = r"[\w+=~-]"
_PART = r"(?:[A-Za-z]{1,15}[0-9]{0,4}|[0-9]{1,8})"
_NAME = rf"{_PART}(?:[_-]{_PART})+"  # such as sg-greenlake-admins-prod-01, which no random token looks like
_TOKEN = re.compile(
    rf"eyJ[\w.-]+|(?<!{_WORD})(?!(?:{_GUID}|{_NAME})(?!{_WORD}))(?={_WORD}*[0-9])(?={_WORD}*[A-Za-z]){_WORD}{{20,}}"
)


def without_tokens(text: str) -> str:
    """Return one printable line in which JWTs are masked, and long words that are neither GUID nor name."""
    return _TOKEN.sub("[...]", " ".join(printable(text).split()))
