"""What a command of `./run` consists of, and how its options are read: a mistake is one line with what was meant."""

from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import NoReturn, TypeVar

from launcher.errors import UsageError
from launcher.paths import PROJECT

HELP_WORDS = ("--help", "-h")
Found = TypeVar("Found")


@dataclass(frozen=True)
class Command:
    """A name, and the work: arguments in, exit code out.

    `hands_over`: the arguments are those of another program, whose help is asked for after the first of them.
    """

    name: str
    work: Callable[[list[str]], int]
    hands_over: bool = False

    @property
    def help(self) -> str:
        """Return the text of its help."""
        return help_text(self.name)


def help_text(name: str) -> str:
    """Return a help text without its last line break."""
    return (PROJECT / "launcher" / "help" / f"{name}.txt").read_text(encoding="utf-8").rstrip("\n")


class Parser(ArgumentParser):
    """The options of a command, or of a part of it."""

    def __init__(self, name: str) -> None:
        super().__init__(name, allow_abbrev=False, add_help=False)

    def error(self, message: str) -> NoReturn:
        """Raise UsageError, which names the command and where its help is."""
        raise UsageError(f"{self.prog}: {message}: see `./run {self.prog} --help`")


def positive(text: str) -> int:
    """Read a number from 1 on."""
    if text.isdecimal() and int(text):
        return int(text)
    raise ArgumentTypeError(f"{text!r} is not a number from 1 on")


def chosen(word: str, known: Mapping[str, Found], what: str) -> Found:
    """Return what a word names; UsageError with the nearest name, or with all of them."""
    if word in known:
        return known[word]
    raise UsageError(f"no {what} {word!r}: {meant(word, known) or 'one of ' + ', '.join(known)}")


def meant(word: str, known: Iterable[str]) -> str:
    """Return a question for the known word that is nearest, "" if none is near; dashes do not count."""
    names = {each.strip("-"): each for each in known}
    close = get_close_matches(word.strip("-"), names, n=1)
    return f"did you mean `{names[close[0]]}`?" if close else ""
