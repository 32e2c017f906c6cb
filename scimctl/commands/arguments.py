"""Kinds of argument that several commands take; what is wrong with one is told by argparse, with the option's name."""

from argparse import ArgumentTypeError
from datetime import timedelta

from providers.moments import duration


def span(text: str) -> timedelta:
    """Read a duration such as 14d."""
    try:
        return duration(text)
    except ValueError as error:
        raise ArgumentTypeError(f"{text!r} {error}") from None
