"""`scimctl provision`: one user or one group, now and out of turn."""

from argparse import ArgumentParser, Namespace
from collections.abc import Sequence

from rich.text import Text

from providers.entra.graph.directory import Directory
from providers.entra.graph.provisioning import REFUSED_BY_TARGET
from providers.entra.job.on_demand import MOST_MEMBERS, Outcome, Step, Verdict, read_outcome, rule_id, subject
from providers.errors import ApiError, StoppedError
from providers.http.deadline import Deadline
from providers.http.error_body import read_error
from providers.masking import masked
from scimctl.access.reach import USER, name_of
from scimctl.command import UsageError
from scimctl.header import opened
from scimctl.job.advice import advice
from scimctl.job.token_use import wait_until_it_may_be
from scimctl.stack.deployed import graph_of
from scimctl.stack.stack import Json, Stack
from scimctl.terminal.console import Cell, aligned, bad, good, say, warning, working
from scimctl.terminal.report import FINE, FOUND, Report

_TOO_MANY = f"Entra takes {MOST_MEMBERS} members of a group at a time"


def work(args: Namespace) -> Report:
    """Find who is meant, and have Entra provision them."""
    if len(args.member) > MOST_MEMBERS:
        raise UsageError(f"{_TOO_MANY}, and {len(args.member)} are named: run it again for the others")
    stack = opened(args)
    directory = Directory(stack.tenant_id, Deadline())
    with working("looking them up in Entra"):
        who = directory.user_or_group(args.who)
        kind = "User" if who["@odata.type"] == USER else "Group"
        members = _members(directory, who, args.member) if kind == "Group" else _none(args.member)
    wait_until_it_may_be(stack, "not provisioned")
    with working(f"Entra provisions {name_of(who)}"):
        outcome = _provisioned(stack, kind, str(who["id"]), members)
    return reported(kind, who, members, outcome)


def _provisioned(stack: Stack, kind: str, object_id: str, members: Sequence[Json]) -> Outcome:
    graph = graph_of(stack)
    asked = subject(kind, object_id, [str(each["id"]) for each in members])
    rule = rule_id(graph.schema(stack.job_id), kind)
    try:
        return read_outcome(graph.provision_on_demand(stack.job_id, rule, asked))
    except ApiError as error:
        if error.status != REFUSED_BY_TARGET or not advice(error.code):
            raise
        raise StoppedError(f"not provisioned: {error.code}: {advice(error.code)}") from None


def _members(directory: Directory, group: Json, named: Sequence[str]) -> list[Json]:
    """Return the members that come along: those that are named, else the direct ones, else the first five of them."""
    pages = directory.members(str(group["id"]))
    inside = [each for page in pages for each in page if each.get("@odata.type") == USER]
    if named:
        chosen = [directory.user(name) for name in named]
        strangers = [name_of(each) for each in chosen if each["id"] not in {one["id"] for one in inside}]
        if strangers:
            raise StoppedError(f"no direct member of {name_of(group)}: {', '.join(strangers)}: name members of it")
        return chosen
    first = sorted(inside, key=name_of)[:MOST_MEMBERS]
    if len(inside) > MOST_MEMBERS:
        say(
            f"{name_of(group)} has {len(inside)} members, and {_TOO_MANY}: the first {MOST_MEMBERS} by name come "
            "along; name others with --member"
        )
    return first


def _none(named: Sequence[str]) -> list[Json]:
    if named:
        raise StoppedError("--member is for a group, and this is a user: leave it out")
    return []


def reported(kind: str, who: Json, members: Sequence[Json], outcome: Outcome) -> Report:
    """Return the outcome, and every step."""
    well = outcome.verdict in (Verdict.DONE, Verdict.IN_SYNC)
    todo = "" if well else advice(outcome.code, read_error(outcome.message).refused_with)
    lines = [
        _sentence(kind, who, outcome),
        *([Text(f"why: {masked(outcome.message)}")] if outcome.message and not well else []),
        *([Text(f"to do: {todo}")] if todo else []),
        *aligned([_step(each) for each in outcome.steps], indent="  "),
        *(Text(f"  {each.name}: {masked(each.old) or 'not set'} -> {masked(each.new)}") for each in outcome.changes),
    ]
    return Report(lines, _data(kind, who, members, outcome, todo), FINE if well else FOUND)


def _sentence(kind: str, who: Json, outcome: Outcome) -> Text:
    name = f"{kind.lower()} {name_of(who)}"
    code = f" ({masked(outcome.code)})" if outcome.code else ""
    if outcome.verdict is Verdict.DONE:
        return good(f"provisioned: {name}: {outcome.action.lower() or 'done'}")
    if outcome.verdict is Verdict.IN_SYNC:
        return good(f"in sync already: {name}")
    if outcome.verdict is Verdict.SKIPPED:
        return warning(f"not provisioned, skipped: {name}{code}")
    return bad(f"not provisioned, failed: {name}{code}")


def _step(step: Step) -> tuple[Cell, Cell, Cell]:
    style = {"success": good, "failure": bad}.get(step.status.lower(), warning)
    return step.kind or step.name, style(step.status.lower()), masked(step.description)


def _data(kind: str, who: Json, members: Sequence[Json], outcome: Outcome, todo: str) -> Json:
    return {
        "result": outcome.verdict.value,
        "type": kind,
        "id": who["id"],
        "name": name_of(who),
        "members": [{"id": each["id"], "name": name_of(each)} for each in members],
        "action": outcome.action.lower() or None,
        "code": outcome.code or None,
        "reason": masked(outcome.message) or None,
        "advice": todo or None,
        "targetId": outcome.target_id or None,
        "steps": [
            {
                "type": each.kind,
                "name": each.name,
                "status": each.status.lower(),
                "description": masked(each.description),
            }
            for each in outcome.steps
        ],
        "changes": [{"name": each.name, "old": masked(each.old), "new": masked(each.new)} for each in outcome.changes],
    }


def arguments(parser: ArgumentParser) -> None:
    """Add who is meant."""
    parser.add_argument("who", metavar="USER|GROUP", help="a name or an object id")
    parser.add_argument(
        "--member",
        action="append",
        default=[],
        metavar="USER",
        help="of a group: this member comes along; up to five times",
    )
