"""`scimctl notify`: a message when a command begins to find something, and one when that ends."""

import json
import logging
import os
import re
import signal
import subprocess
import sys
from argparse import REMAINDER, ArgumentParser, Namespace
from collections import deque
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise, takewhile
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, NamedTuple, TextIO, cast

from providers.errors import ConfigurationError
from providers.masking import masked
from providers.timestamps import from_text, in_words, now, to_text
from scimctl.commands.notify.answers import judging
from scimctl.engine import engine
from scimctl.terminal.console import say, working
from scimctl.terminal.report import FINE, INTERRUPTED, TROUBLE, Report, counted

if TYPE_CHECKING:
    from apprise import Apprise

_ADDRESSES = "APPRISE_URLS"
_LINES, _KEPT = 20, 200  # of what the command printed last, in a message and in memory
_LONGEST_LINE = 500  # of a message, since Teams takes 28 KB
_TAG = re.compile(r"[^a-zA-Z0-9]+")  # what the name of a tag may not hold, and more


class Target(NamedTuple):
    """An address: its place in the list from 1, the name of its service, and what sends to it."""

    number: int
    service: str
    sender: "Apprise"


@dataclass(frozen=True)
class Sent:
    """What was sent last: the exit code that it was about, and when that began.

    `missed` are the addresses that have not taken it, by their place in the list from 1.
    """

    code: int
    since: datetime
    missed: tuple[int, ...] = ()

    @classmethod
    def read(cls, tag: str) -> "Sent | None":
        """Read a tag; None if it is not one of ours, which is then written anew."""
        with suppress(ValueError, TypeError, KeyError, AttributeError):
            found = json.loads(tag)
            missed = tuple(int(number) for number in found.get("missed", []))
            return cls(int(found["code"]), from_text(found["since"]), missed)
        return None

    def tag(self) -> str:
        """Return the tag's value."""
        missed = {"missed": list(self.missed)} if self.missed else {}
        return json.dumps({"code": self.code, "since": to_text(self.since), **missed})


def title(command: str, stack: str, code: int, last: Sent | None, moment: datetime) -> str:
    """Return the title of the message that is due, "" if none is: one when it begins, one when it ends."""
    where = f"{stack}: " if stack else ""
    if last and last.code == code and not last.missed:
        return ""
    if code == FINE:
        return f"{where}{command}: resolved after {in_words(moment - last.since)}" if last else ""
    return f"{where}{command} ended with exit code {code}"


def work(args: Namespace) -> Report:
    """Run the command and send what is due."""
    command: list[str] = args.run[1:] if args.run[:1] == ["--"] else args.run
    if not command:
        raise ConfigurationError("no command: write `scimctl notify -- scimctl drift --stack NAME`")
    targets = addressed(os.environ.get(_ADDRESSES, ""))
    name, stack = name_of(command), stack_of(command) or args.stack
    code, printed = _run(command, silent=args.json)
    memory = Memory(f"notified:{name}"[:40], stack)
    last, moment = memory.read(), now()
    due = "" if code == INTERRUPTED else title(name, stack, code, last, moment)
    again = last.missed if last and last.code == code else ()
    missed = send([each for each in targets if not again or each.number in again], due, printed) if due else []
    if due and len(missed) < len(targets):
        began = last.since if last and code in (FINE, last.code) else moment
        memory.write(Sent(code, began, tuple(each.number for each in missed)))
    data = {"command": command, "exitCode": code, "title": due or None, "notSent": [each.service for each in missed]}
    return Report([], data, code if code != FINE else TROUBLE if missed else FINE)


def name_of(command: Sequence[str]) -> str:
    """Return what a command is called in messages: its words up to the first option, without path and `scimctl`."""
    words = [Path(command[0]).name, *command[1:]]
    words = words[1:] if words[0] == "scimctl" and len(words) > 1 else words
    while words[0] in ("--stack", "-s") and len(words) > 2:
        words = words[2:]
    return _TAG.sub("-", " ".join(takewhile(lambda word: not word.startswith("-"), words))).strip("-") or words[0]


def stack_of(command: Sequence[str]) -> str:
    """Return the stack that a command line names, "" if none."""
    after = [value for word, value in pairwise(command) if word in ("--stack", "-s")]
    joined = [word.partition("=")[2] for word in command if word.startswith("--stack=")]
    return next(iter([*after, *joined]), "")


def addressed(addresses: str) -> list[Target]:
    """Return who gets messages. Raises ConfigurationError, which never shows an address: they hold secrets."""
    from apprise import Apprise  # a fifth of a second that no other command needs

    logging.getLogger("apprise").addHandler(logging.NullHandler())  # it would print addresses
    found = addresses.split()
    if not found:
        raise ConfigurationError(f"{_ADDRESSES} is empty: set it to the address of a webhook (docs/notifications.md)")
    targets: list[Target] = []
    for number, address in enumerate(found, 1):
        service = Apprise.instantiate(address, suppress_exceptions=True)  # pyright: ignore[reportUnknownMemberType]
        if service is None:
            raise ConfigurationError(
                f"{_ADDRESSES}: entry {number} is not an address of a known form: write spaces between addresses, and "
                "jsons:// for the https:// of any webhook (docs/notifications.md)"
            )
        targets.append(Target(number, str(service.service_name), Apprise([service])))
    return targets


@dataclass
class Memory:
    """The tag of the stack that holds what was sent last; without it every run sends."""

    key: str
    stack: str
    broken: bool = False

    def read(self) -> Sent | None:
        """Return what was sent last, None if nothing was or nobody knows."""
        done = engine.run(["stack", "tag", "ls", "--json"], self.stack)
        try:
            tags = json.loads(done.stdout) if done.returncode == 0 else None
        except ValueError:
            tags = None
        if not isinstance(tags, dict):
            self.broken = True
            say("scimctl: the tags of the stack cannot be read, so nobody knows what was sent: every run sends")
            return None
        return Sent.read(str(cast("dict[str, object]", tags).get(self.key, "")))

    def write(self, sent: Sent) -> None:
        """Keep what was sent; after an all-clear that everybody has there is nothing to keep."""
        if self.broken:
            return
        over = sent.code == FINE and not sent.missed
        change = ["rm", self.key] if over else ["set", self.key, sent.tag()]
        if engine.run(["stack", "tag", *change], self.stack).returncode != 0:
            say("scimctl: a tag of the stack cannot be written, so the next run sends the same message again")


def _run(command: Sequence[str], *, silent: bool) -> tuple[int, str]:
    """Run the command; show and return what it prints, on standard error if standard output is for JSON.

    Ctrl-C reaches the command by the terminal, SIGTERM from here: it decides how to end, and that is waited for.
    """
    out, shown = sys.stderr if silent else sys.stdout, True
    lines: deque[str] = deque(maxlen=_KEPT)
    try:
        running = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8", errors="replace"
        )
    except OSError as error:
        raise ConfigurationError(f"{command[0]} cannot be run ({error.strerror})") from None

    def hand_on(number: int, _frame: FrameType | None) -> None:
        if number == signal.SIGTERM:
            running.terminate()

    before = {number: signal.signal(number, hand_on) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        with running:
            for line in running.stdout or ():
                lines.append(line)
                shown = shown and _wrote(out, line)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    code = running.returncode
    return code if code >= 0 else 128 - code, "".join(lines)


def _wrote(out: TextIO, line: str) -> bool:
    """Write a line; False if nobody reads any more, which ends neither the command nor the message."""
    try:
        out.write(line)
        out.flush()
    except BrokenPipeError:
        return False
    return True


def send(targets: Sequence[Target], due: str, printed: str) -> list[Target]:
    """Send a message to each of the targets; return those that did not take it."""
    lines = [masked(line[: 10 * _LONGEST_LINE]) for line in printed.splitlines() if line.strip()]
    last = [line if len(line) <= _LONGEST_LINE else f"{line[:_LONGEST_LINE]} ..." for line in lines[-_LINES:]]
    text = "\n".join([*last, *_where(os.environ)]) or "it printed nothing"  # apprise sends no empty text
    with working(f"sending a message to {counted(len(targets), 'address', 'addresses')}"):
        failed = {each: why for each in targets if (why := _refused(each.sender, due, text)) is not None}
    for each, why in failed.items():
        say(f"scimctl: {each.service} did not take the message{why}: the next run sends it again")
    return list(failed)


def _refused(sender: "Apprise", due: str, text: str) -> str | None:
    """Send, and return why the message was not taken, in parentheses if anybody knows; None if it was."""
    with judging(by_get=getattr(sender[0], "method", "") == "GET") as reason:
        if sender.notify(text, due, body_format="text"):  # pyright: ignore[reportUnknownMemberType]
            return None
    return f" ({reason.text})" if reason.text else ""


def _where(environ: Mapping[str, str]) -> list[str]:
    """Return the page of this CI run, if there is one."""
    get = environ.get
    if get("GITHUB_RUN_ID"):
        return [f"{get('GITHUB_SERVER_URL')}/{get('GITHUB_REPOSITORY')}/actions/runs/{get('GITHUB_RUN_ID')}"]
    if get("BUILD_BUILDID"):
        base = f"{get('SYSTEM_COLLECTIONURI')}{get('SYSTEM_TEAMPROJECT')}".replace(" ", "%20")
        return [f"{base}/_build/results?buildId={get('BUILD_BUILDID')}"]
    return [environ["CI_JOB_URL"]] if get("CI_JOB_URL") else []


def arguments(parser: ArgumentParser) -> None:
    """Add the command."""
    parser.add_argument("run", type=str, nargs=REMAINDER, metavar="-- COMMAND", help="the command and its arguments")
