"""What a program prints: commands as they work for their reader, and any text in any locale.

Texts name `scimctl` and `pulumi`, which are on PATH in the virtual environment. `./run` needs none and has them under
other names; it sets the variable for the programs that it starts. Names of groups and people are Unicode.
"""

import os
import re
import sys
from io import TextIOWrapper

BY_RUN = "GREENLAKE_SCIM_BY_RUN"
_ENGINE = "cancel|config|destroy|plugin|preview|refresh|stack|state|up"
_COMMAND = re.compile(rf"(?<![\w./-])(?<!\./run )(?:scimctl(?=`| [a-z\[-])|pulumi (?:{_ENGINE})\b)")


def spelled(text: str) -> str:
    """Return the text with every command as `./run` has it, unchanged for a program that `./run` did not start."""
    if not os.environ.get(BY_RUN):
        return text
    return _COMMAND.sub(lambda found: "./run up" if found[0] == "pulumi up" else f"./run {found[0]}", text)


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
