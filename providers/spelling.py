"""Commands in a text, spelled as they work in the place where the text is read.

Texts name `scimctl` and `pulumi`, which are on PATH in the virtual environment. `./run` needs none and has them under
other names; it sets the variable for the programs that it starts.
"""

import os
import re

BY_RUN = "GREENLAKE_SCIM_BY_RUN"
_ENGINE = "cancel|config|destroy|plugin|preview|refresh|stack|state|up"
_COMMAND = re.compile(rf"(?<![\w./-])(?<!\./run )(?:scimctl(?=`| [a-z\[-])|pulumi (?:{_ENGINE})\b)")


def spelled(text: str) -> str:
    """Return the text with every command as `./run` has it, unchanged for a program that `./run` did not start."""
    return _COMMAND.sub(_by_run, text) if os.environ.get(BY_RUN) else text


def _by_run(command: re.Match[str]) -> str:
    return "./run up" if command[0] == "pulumi up" else f"./run {command[0]}"
