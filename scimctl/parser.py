"""The command line's grammar: its commands, what every command takes, and what was meant by a mistake in it."""

import re
import shlex
import sys
from argparse import SUPPRESS, Action, ArgumentParser, Namespace
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from providers.masking import printable
from providers.output import spelled
from scimctl import __version__, arguments
from scimctl.command import Command, UsageError
from scimctl.every_command import ALL
from scimctl.terminal.help import AsWideAsTheTerminal
from scimctl.terminal.report import MEANINGS

if TYPE_CHECKING:
    from argparse import _SubParsersAction  # pyright: ignore[reportPrivateUsage] - argparse gives it no other name

_ABOUT = """\
Operate the provisioning from Microsoft Entra ID to HPE GreenLake that a stack of this project deployed.

It reads names and ids from the stack, and signs in with the same environment variables as `pulumi up`.

commands:
"""
_CODES = "exit codes:\n" + "\n".join(f"  {code:<5}{meaning}" for code, meaning in MEANINGS.items())
_SHELLS = ("bash", "zsh", "fish")
_SCRIPT = "print a script that completes commands and options in this shell: bash, zsh or fish"
_LONGEST = 400
_NO_COMMAND = re.compile(r"argument COMMAND: invalid choice: '(.*?)'")


def read(words: Sequence[str]) -> Namespace:
    """Read a command line. Raises UsageError for a mistake, SystemExit after help."""
    given = [*words[1:], "--help"] if list(words[:1]) == ["help"] else words
    args, unknown = parser().parse_known_args(given, Namespace(stack="", json=False))
    chosen: _Parser = args.parser
    if unknown:
        chosen.error(f"unrecognized arguments: {shlex.join(unknown)}{_meant(unknown[0], chosen.options())}")
    if "command" not in args:
        chosen.print_help()
        chosen.exit()
    return args


def parser() -> ArgumentParser:
    """Return the parser of all commands."""
    width = max(len(each.name) for each in ALL)
    listed = "\n".join(f"  {each.name:<{width}}  {each.summary}" for each in ALL)
    whole = _Parser(spelled("`scimctl`").strip("`"), description=_ABOUT + listed, epilog=_CODES)
    whole.usage = f"{whole.prog} [--stack NAME] [--json] COMMAND ..."
    version = f"scimctl {__version__}, of {Path.cwd()}"
    whole.add_argument("--version", action="version", version=version, help="show the version, and of which checkout")
    whole.add_argument("--completion", action=_Completion, choices=_SHELLS, metavar="SHELL", help=_SCRIPT)
    commands = whole.add_commands(ALL)
    groups: dict[str, _SubParsersAction[_Parser]] = {}
    for command in ALL:
        group, _, member = command.name.rpartition(" ")
        if group and group not in groups:
            groups[group] = _add_group(commands, group)
        _add(groups.get(group, commands), member, command)
    return whole


def _add_group(to: "_SubParsersAction[_Parser]", group: str) -> "_SubParsersAction[_Parser]":
    members = [each for each in ALL if each.name.startswith(f"{group} ")]
    listed = "\n".join(f"  {each.name}  {each.summary}" for each in members)
    added = to.add_parser(group, help="; ".join(each.summary for each in members), description=f"commands:\n{listed}")
    added.usage = f"{added.prog} COMMAND ..."
    return added.add_commands(members)


def _add(to: "_SubParsersAction[_Parser]", name: str, command: Command) -> None:
    summary = command.summary
    about = f"{summary[0].upper()}{summary[1:]}."
    added = to.add_parser(name, help=summary, description=about, epilog=command.teaches)
    added.set_defaults(command=command)
    command.arguments(added)


class _Parser(ArgumentParser):
    """A parser whose mistakes are one line, with what every command takes."""

    def __init__(self, prog: str, **texts: Any) -> None:
        super().__init__(prog, formatter_class=AsWideAsTheTerminal, allow_abbrev=False, **texts)
        self._commands: Mapping[str, str] = {}
        self.set_defaults(parser=self)
        self.register("type", None, arguments.given)  # the kind of every argument that names no other
        # Without its own default, so that what stands before the command holds after it.
        about = "the stack; default: the selected stack"
        self.add_argument("--stack", type=arguments.stack_name, default=SUPPRESS, metavar="NAME", help=about)
        self.add_argument("--json", action="store_true", default=SUPPRESS, help="print JSON for scripts")

    def add_commands(self, members: Sequence[Command]) -> "_SubParsersAction[_Parser]":
        """Add the place of a command; its name, or the last word of it, is known when it is misspelled."""
        self._commands = {each.name.split()[-1]: each.name for each in members}
        self._commands |= {each.name: each.name for each in members}
        self._commands |= {each.name.split()[0]: each.name.split()[0] for each in members}
        added = self.add_subparsers(metavar="COMMAND", prog=self.prog, parser_class=_Parser)
        added.type = str  # the words of a command are read by its own parser
        return added

    def options(self) -> dict[str, str]:
        """Return the options of this command."""
        return {each: each for each in self._option_string_actions}

    def error(self, message: str) -> NoReturn:
        """Raise UsageError, one line, with what was meant."""
        wrong = _NO_COMMAND.search(message)
        told = f"no command {wrong[1]!r}{_meant(wrong[1], self._commands)}" if wrong else _short(message)
        raise UsageError(f"{told}{' See' if told.endswith('?') else ': see'} `{self.prog} --help`")


def _short(message: str) -> str:
    """Return what argparse found on one line, cut if what was typed is long."""
    line = printable(message)
    return line if len(line) <= _LONGEST else f"{line[:_LONGEST]} ..."


def _meant(word: str, known: Mapping[str, str]) -> str:
    close = get_close_matches(word, known, n=1)
    return f": did you mean `{known[close[0]]}`?" if close else ""


class _Completion(Action):
    """Print a script and end."""

    def __call__(self, parser: ArgumentParser, _args: Namespace, values: Any, _option: str | None = None) -> NoReturn:
        import shtab  # pyright: ignore[reportMissingTypeStubs]

        parser.prog = "scimctl"
        sys.stdout.write(shtab.complete(parser, values) + "\n")
        parser.exit()
