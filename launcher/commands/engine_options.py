"""The options of a command of the engine, as its own help lists them: a mistake is found before anything is started."""

import os
import re
from collections.abc import Sequence

from launcher.commands.parser import meant
from launcher.errors import UsageError
from launcher.processes import answer

_OPTION = re.compile(r"^ +(?:(-\w), |    )(--[\w-]+)(?: (\w+)(\[=)?)?", re.MULTILINE)

_ALL = "`./run pulumi {} --help` lists them"


def check_options(engine: str, command: str, given: Sequence[str]) -> None:
    """Raise UsageError if the engine's command has no such option, or an option has no value."""
    if not given:
        return
    known = _options(answer([engine, command, "--help"], {**os.environ, "PULUMI_SKIP_UPDATE_CHECK": "true"}).stdout)
    words = iter(given)
    for word in words:
        attached = word[1:2] != "-" and known.get(word[:2]) is not None and len(word) > 2  # -p4, or -yf
        name = word[:2] if attached else word.partition("=")[0]
        if known and name not in known:
            what = "option" if word.startswith("-") else "argument"
            raise UsageError(f"`pulumi {command}` has no {what} {name!r}: {meant(name, known) or _ALL.format(command)}")
        if known.get(name) and not attached and "=" not in word and next(words, None) is None:
            raise UsageError(f"the option {name} of `pulumi {command}` needs a value")


def _options(text: str) -> dict[str, bool]:
    """Return every option in a help text, and whether the word after it is its value."""
    found: dict[str, bool] = {}
    for short, long, value, optional in _OPTION.findall(text):
        found |= dict.fromkeys(filter(None, (short, long)), bool(value) and not optional)
    return found
