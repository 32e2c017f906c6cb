"""Standard streams for any text in any locale: names of groups and people are Unicode, wherever a program runs."""

import sys
from io import TextIOWrapper


def settle_streams(output: str | None = None) -> None:
    """Read UTF-8, as the engine writes it, and escape what the encoding of an output lacks instead of failing.

    `output` is the encoding of standard output if something else reads it, None for that of the locale.
    """
    for stream, encoding, errors in (
        (sys.stdin, "utf-8", "replace"),
        (sys.stdout, output, "backslashreplace"),
        (sys.stderr, None, "backslashreplace"),
    ):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(encoding=encoding, errors=errors)
