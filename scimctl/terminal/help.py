"""Help texts as wide as the terminal, at most 80 columns: paragraphs are filled, tables keep their last column."""

import re
import shutil
import textwrap
from argparse import PARSER, Action, RawDescriptionHelpFormatter

from providers.output import spelled

_WIDEST = 80
_NARROWEST = 24  # a last column that would be narrower begins on its own line
_COMMAND = re.compile(r"`[^`]*`")
_ROW = re.compile(r"( +\S.* {2,})(\S.*)")


class AsWideAsTheTerminal(RawDescriptionHelpFormatter):
    """A formatter of argparse for texts that were written as paragraphs and indented tables."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, width=min(_WIDEST, shutil.get_terminal_size((_WIDEST, 0)).columns))

    def add_argument(self, action: Action) -> None:
        """Leave out the place of a command: what may stand there is its own list."""
        if action.nargs != PARSER:
            super().add_argument(action)

    def _fill_text(self, text: str, width: int, indent: str) -> str:
        return textwrap.indent(filled(spelled(text), width), indent)

    def _split_lines(self, text: str, width: int) -> list[str]:
        return super()._split_lines(spelled(text), width)


def filled(text: str, width: int) -> str:
    """Fill paragraphs; an indented line stays by itself, and hangs below its last column if it is too long."""
    lines: list[str] = []
    for line in text.split("\n"):
        if lines and lines[-1][:1].strip() and line[:1].strip():
            lines[-1] += f" {line}"
        else:
            lines.append(line)
    return "\n".join(_fitted(line, width) for line in lines)


def _fitted(line: str, width: int) -> str:
    if len(line) <= width:
        return line
    row = _ROW.fullmatch(line)
    if row is None:
        indent = " " * (len(line) - len(line.lstrip()))
        return _wrapped(line.strip(), width, indent, indent and f"{indent}  ")
    label, rest = row.groups()
    if len(label) + _NARROWEST <= width:
        return _wrapped(rest, width, label, " " * len(label))
    return f"{_fitted(label.rstrip(), width)}\n{_wrapped(rest, width, ' ' * 6, ' ' * 6)}"


def _wrapped(text: str, width: int, first: str, then: str) -> str:
    kept = _COMMAND.sub(lambda command: command[0].replace(" ", "\0"), text)  # on one line, so that it can be copied
    wrapped = textwrap.fill(kept, width, initial_indent=first, subsequent_indent=then, break_on_hyphens=False)
    return wrapped.replace("\0", " ")
