"""`scimctl token rotate`: a rotation now, by the program itself: a changed trigger in the stack file, and `up`."""

import os
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Generator
from contextlib import contextmanager

from providers.deadline import Deadline
from providers.errors import ConfigurationError, StoppedError
from providers.greenlake.bearer import bearer
from providers.moments import now, to_text
from scimctl import engine
from scimctl.commands.command import Command
from scimctl.report import Report
from scimctl.stack import Stack, read_stack
from scimctl.terminal import good, working

TEACHES = """\
Writes the time under token.rotateWhenChanged.scimctl into the stack file and runs `pulumi up` in front of you: it shows
its preview and asks, and does all that a rotation needs: a new token, saved in Entra, tested, the old one ended. The
changed stack file belongs into version control: a run from a file without it would rotate once more. Where you decline,
or the preview fails, the stack file is put back.

  scimctl token rotate             the old token works until Entra uses the new one: no push fails
  scimctl token rotate --leaked    the old token ends at once

With --leaked, token.removeCurrent is true for this run and put back after it. From the moment GreenLake ends the old
token until this run has saved the new one in Entra, some seconds, pushes fail; Entra repeats them in its next cycle. If
the run is cut off in between, run `pulumi up` again at once.

Where the overlap of the last rotation is still open, `up` finishes that one first and rotates nothing, and this command
says so: exit code 1. What `up` prints goes to standard error."""

_STATE = ("stack", "export")
_TRIGGER = "rotateWhenChanged.scimctl"
_REMOVE_CURRENT = "removeCurrent"


def work(args: Namespace) -> Report:
    """Change the trigger, run the engine, and compare what state holds."""
    if not args.yes and not sys.stdin.isatty():
        raise ConfigurationError("nothing was done: standard input is no terminal, so nobody can answer: add --yes")
    stack = read_stack(args.stack)
    before = str(stack.token["fingerprint"])  # of a stack that is not deployed there is nothing to rotate
    with working("getting a bearer for GreenLake"):
        bearer(os.environ, now(), Deadline())  # before anything is changed: it lives 15 minutes
    state = engine.ask(_STATE, stack.name)
    code = 1
    _set(stack, _TRIGGER, to_text(now()))
    try:
        with _removing_current(stack, wanted=args.leaked):
            code = engine.in_front(["up", *(["--yes"] if args.yes else [])], stack.name)
    finally:
        began = code == 0 or engine.ask(_STATE, stack.name) != state
        if not began:
            _set(stack, _TRIGGER, stack.config.token.rotate_when_changed.get("scimctl"))
    if not began:
        raise StoppedError("not rotated: `pulumi up` did not begin, as it says above: the stack file is as it was")
    after = read_stack(stack.name)
    trouble = why_not(code, before, str(after.token["fingerprint"]), leaked=args.leaked, undo=_undo(stack))
    if trouble:
        raise StoppedError(trouble)
    return _rotated(after, before, leaked=args.leaked)


def why_not(code: int, before: str, after: str, *, leaked: bool, undo: str) -> str:
    """Say what state things are in and what to do, "" where all is done; the fingerprints are those of state."""
    if code != 0 and after != before:
        meanwhile = "pushes fail until then" if leaked else "the old token works until then"
        return (
            f"the token was rotated ({before} -> {after}), but `up` did not get to its end, so Entra may not have it: "
            f"run `pulumi up` again, which goes on from there; {meanwhile}"
        )
    if code != 0:
        rotates = "the next `pulumi up` rotates, because the stack file asks for it now"
        again = "run `scimctl token rotate --leaked` again, since the next `pulumi up` alone rotates with overlap"
        return (
            f"not rotated: state holds the same token, {before}: the reason is above; {again if leaked else rotates}; "
            f"to take that back: {undo}"
        )
    if after == before:
        return (
            f"not rotated: state holds the same token, {before}: the overlap of the last rotation was still open, as "
            "`up` says above: run `pulumi up` again once the old token has ended, which rotates; --leaked ends both"
        )
    return ""


def _rotated(stack: Stack, before: str, *, leaked: bool) -> Report:
    file = f"stacks/Pulumi.{stack.name}.yaml"
    after, generation = str(stack.token["fingerprint"]), int(stack.token["generation"])
    lines = [
        good(f"rotated: {before} -> {after}, generation {generation}"),
        f"commit {file}: a run from a file without token.{_TRIGGER} rotates again",
    ]
    if leaked and not stack.config.token.remove_current:
        lines.append("token.removeCurrent is put back: the next `pulumi up` notes that in state, and rotates nothing")
    return Report(lines, {"before": before, "fingerprint": after, "generation": generation, "changedFile": file})


@contextmanager
def _removing_current(stack: Stack, *, wanted: bool) -> Generator[None]:
    """Have `up` end the old token at once, and let the stack file say afterwards what it said before."""
    token = stack.config.token
    if not wanted or token.remove_current:
        yield
        return
    _set(stack, _REMOVE_CURRENT, "true")
    try:
        yield
    finally:
        _set(stack, _REMOVE_CURRENT, "false" if "remove_current" in token.model_fields_set else None)


def _set(stack: Stack, path: str, value: str | None) -> None:
    """Write a value into the section token of the stack file, or take it out."""
    change = ["rm", "--path", _path(path)] if value is None else ["set", "--path", "--plaintext", _path(path), value]
    engine.ask(["config", *change], stack.name)


def _path(path: str) -> str:
    return f"greenlake-scim:token.{path}"


def _undo(was: Stack) -> str:
    old = was.config.token.rotate_when_changed.get("scimctl")
    change = f"set --path --plaintext {_path(_TRIGGER)} {old}" if old else f"rm --path {_path(_TRIGGER)}"
    return f"`pulumi config {change} --stack {was.name}`"


def arguments(parser: ArgumentParser) -> None:
    """Add consent and urgency."""
    parser.add_argument("--yes", action="store_true", help="do not ask; needed where standard input is no terminal")
    parser.add_argument("--leaked", action="store_true", help="end the old token at once, because somebody else has it")


COMMAND = Command("token rotate", "rotate the token now", TEACHES, work, arguments)
