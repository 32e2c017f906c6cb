"""`scimctl fleet status`, `drift` and `rotate-due`: a look at many stacks, one line each."""

import os
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta

from providers.greenlake.token_properties import known
from providers.timestamps import in_words, now
from scimctl.arguments import file, span
from scimctl.commands import status
from scimctl.commands.drift import drift
from scimctl.commands.fleet.choice import add_choice, add_parallel, chosen
from scimctl.commands.fleet.formats import junit
from scimctl.commands.token import token_status
from scimctl.fleet.environment import withheld
from scimctl.fleet.every import Outcome, of_each
from scimctl.fleet.fleet_file import Fleet, Member, read_fleet
from scimctl.fleet.shared import Shared, in_common
from scimctl.stack.stack import Json, Stack, read_declared
from scimctl.terminal.console import Cell, aligned, bad, counting, good, say, warning
from scimctl.terminal.metrics import Sample, add_metrics, deliver, delivering, of_report, write
from scimctl.terminal.report import FINE, FOUND, TROUBLE, Report, counted
from stacks.config import StackConfig

Look = Callable[[Member, StackConfig], Report]


def status_of(member: Member, config: StackConfig) -> Report:
    """Look at one stack as `scimctl status` does."""
    stack = read_declared(member.name, config, in_clear=False)
    seen = status.look_at(stack)
    found: list[str] = list(seen.data["found"])
    return Report(found or [str(seen.data["state"])], {**seen.data, **_belongings(stack)}, seen.code)


def drift_of(member: Member, config: StackConfig) -> Report:
    """Compare one stack with reality as `scimctl drift` does."""
    from scimctl.fleet.reading import read_differences

    stack = read_declared(member.name, config, in_clear=True)
    _ = stack.status  # in a stack that was never deployed completely everything would be a difference
    found = drift.their_application(stack) or read_differences(stack, now())
    lines = [f"{each.kind.value}: {each.place}: {each.what}" for each in found]
    judged = drift.reported(stack.name, found)
    data = {**judged.data, "program": "not looked at", **_belongings(stack)}
    return Report(lines or ["no drift"], data, judged.code)


def due_of(within: timedelta) -> Look:
    """Return a look at when the token of a stack is due."""

    def look(member: Member, config: StackConfig) -> Report:
        stack = read_declared(member.name, config, in_clear=False)
        outs = stack.token
        verdict = token_status.due(known(outs), dict(outs["rotate_when_changed"]), within, now())
        line = f"due: {verdict.why}" if verdict.why else f"due in {in_words(verdict.in_time)}"
        lines = [token_status.UNREADABLE, line] if outs["unknown_newer_since"] else [line]
        data = {**token_status.data(outs, verdict), **_belongings(stack)}
        return Report(lines, data, token_status.code(outs, verdict))

    return look


def _belongings(stack: Stack) -> Json:
    """Return what no other stack may have, as state recorded it."""
    return {"servicePrincipalId": stack.claimed_application, "workspace": dict(stack.token["workspace_claims"])}


def due_members(
    fleet: Fleet, members: Sequence[Member], parallel: int
) -> tuple[tuple[Member, ...], tuple[Outcome, ...]]:
    """Return the stacks whose token is due, and what became of those whose state cannot be read."""
    outcomes = looked(fleet, members, due_of(timedelta(0)), parallel)
    unread = tuple(each for each in outcomes if each.code == TROUBLE)
    return tuple(each.member for each in outcomes if each.found and each.found.data["due"]), unread


def reported(name: str, outcomes: Sequence[Outcome], common: Sequence[Shared] = ()) -> Report:
    """Put the looks together: what stacks share, then one line a stack; what is wrong comes first in it."""
    rows = [[each.member.name, each.member.ring, _verdict(each), _first(each.lines)] for each in outcomes]
    found = [each for each in outcomes if each.code == FOUND]
    unread = [each for each in outcomes if each.code == TROUBLE]
    rest = len(outcomes) - len(found) - len(unread)
    total = f"{counted(len(outcomes), 'stack')}: {len(found)} with something to do, {len(unread)} not read, {rest} fine"
    data = {
        "command": name,
        "found": len(found),
        "notRead": len(unread),
        "stacks": [
            {"name": each.member.name, "ring": each.member.ring, "exitCode": each.code, "lines": list(each.lines)}
            | ({"data": each.found.data} if each.found else {})
            for each in outcomes
        ],
        "shared": [{"stacks": list(each.stacks), "line": each.line, "wrong": each.is_wrong} for each in common],
    }
    lines = [bad(each.line) if each.is_wrong else warning(f"note: {each.line}") for each in common]
    is_found = bool(found) or any(each.is_wrong for each in common)
    return Report([total, *lines, *aligned(rows)], data, FOUND if is_found else TROUBLE if unread else FINE)


def samples(outcomes: Sequence[Outcome], common: Sequence[Shared] = ()) -> list[Sample]:
    """Return what metrics have of each stack; what it shares and should not is found, as for the exit code."""
    sharing = {name for each in common if each.is_wrong for name in each.stacks}
    read = [replace(of_report(each.found, each.member.name), ring=each.member.ring) for each in outcomes if each.found]
    read = [replace(each, code=FOUND) if each.stack in sharing else each for each in read]
    unread = [Sample(each.member.name, each.code, each.member.ring) for each in outcomes if not each.found]
    return [*read, *unread]


def looked(fleet: Fleet, members: Sequence[Member], look: Look, parallel: int) -> list[Outcome]:
    """Look at stacks, several at a time, with progress."""
    for line in withheld(fleet, members, os.environ):
        say(f"scimctl: {line}")
    with counting(f"looking at {counted(len(members), 'stack')}") as tell:
        return of_each(fleet, members, look, parallel, tell)


def _verdict(outcome: Outcome) -> Cell:
    words = {FOUND: bad("found"), TROUBLE: warning("not read")}
    return words.get(outcome.code, good("fine"))


def _first(lines: Sequence[str]) -> str:
    more = f", and {len(lines) - 1} more" if len(lines) > 1 else ""
    return f"{lines[0]}{more}"


def _work(name: str, look: Callable[[Namespace], Look]) -> Callable[[Namespace], Report]:
    def work(args: Namespace) -> Report:
        fleet = read_fleet()
        outcomes = looked(fleet, chosen(fleet, args), look(args), args.parallel)
        common = in_common(fleet, outcomes)

        def deliver_it() -> None:
            if args.junit:
                write(args.junit, junit(name, outcomes, common))
            deliver(args, name, samples(outcomes, common), now())

        return delivering(reported(name, outcomes, common), deliver_it)

    return work


work_status = _work("status", lambda _: status_of)
work_drift = _work("drift", lambda _: drift_of)
work_rotate_due = _work("rotate-due", lambda args: due_of(args.within))


def arguments(parser: ArgumentParser) -> None:
    """Add what is chosen, and where the results go."""
    add_choice(parser)
    add_parallel(parser)
    parser.add_argument("--junit", type=file, metavar="FILE", help="write a JUnit report as well")
    add_metrics(parser)


def due_arguments(parser: ArgumentParser) -> None:
    """Add the time to look ahead."""
    arguments(parser)
    parser.add_argument(
        "--within", type=span, default=timedelta(0), metavar="DURATION", help="look ahead, such as 14d; default: now"
    )
