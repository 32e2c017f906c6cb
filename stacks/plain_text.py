"""Text of a stack file that is not what it seems to its author: YAML's dates and numbers, secrets at a wrong place."""

import re
from typing import Annotated

from pydantic import AfterValidator, StringConstraints

from providers.masking import HIDDEN, masked


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


def shown_name(text: str) -> str:
    """Return a key, a path of keys or a value as it is, unless somebody has pasted a secret in its place."""
    shown = masked(text)
    return shown if HIDDEN in shown else text


def quotes(problem: str, value: object) -> str:
    """Return what to do about a value that is not text because YAML took it for a number or a boolean."""
    scalar = problem == "string_type" and isinstance(value, int | float)
    return ": YAML does not take it for text: write it in quotes" if scalar else ""


Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1), AfterValidator(as_written)]
Name = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120), AfterValidator(as_written)
]
