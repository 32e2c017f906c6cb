"""`scimctl fleet matrix`: the stacks in the form that an engine of jobs takes, one job a stack."""

import json
import re
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Mapping, Sequence

from rich.text import Text

from providers.errors import ConfigurationError
from scimctl.commands.fleet.choice import add_choice, add_parallel, chosen
from scimctl.commands.fleet.kubernetes.resources import resources
from scimctl.commands.fleet.looks import due_members
from scimctl.fleet.changed import changed_since
from scimctl.fleet.every import Outcome
from scimctl.fleet.fleet_file import Member, read_fleet
from scimctl.terminal.console import say
from scimctl.terminal.report import FINE, TROUBLE, Report

_OF_GITLAB = 200
_LONGEST_KEY = 90  # of Azure's 100, with what makes it unique


def github(members: Sequence[Member]) -> str:
    """Return a matrix of GitHub Actions (workflow syntax, jobs.<id>.strategy.matrix.include)."""
    return json.dumps({"include": [{"stack": each.name, "ring": each.ring} for each in members]})


def azure(members: Sequence[Member]) -> str:
    """Return a matrix of Azure Pipelines (jobs.job.strategy).

    A key is a letter, then letters, digits and _, at most 100 in all, and each once whatever their case.
    """
    jobs, known = dict[str, dict[str, str]](), set[str]()
    for each in members:
        plain = re.sub(r"[^A-Za-z0-9_]", "_", each.name)
        key = first = (plain if plain[0].isalpha() else f"s{plain}")[:_LONGEST_KEY]
        while key.lower() in known:
            key = f"{first}_{len(known)}"
        known.add(key.lower())
        jobs[key] = {"stack": each.name, "ring": each.ring}
    return json.dumps(jobs)


def gitlab(members: Sequence[Member]) -> str:
    """Return lists of GitLab CI (parallel:matrix, 200 jobs each), one a line; JSON is YAML."""
    jobs = [{"STACK": each.name, "RING": each.ring} for each in members]
    return "\n".join(json.dumps(jobs[at : at + _OF_GITLAB]) for at in range(0, len(jobs), _OF_GITLAB))


def names(members: Sequence[Member]) -> str:
    """Return one name a line."""
    return "\n".join(each.name for each in members)


FORMS: Mapping[str, tuple[Callable[[Sequence[Member]], str], int]] = {  # and the most jobs that the engine takes
    "github": (github, 256),
    "azure": (azure, 255),  # 256 a stage, and one of them lists the stacks
    "gitlab": (gitlab, 100_000),
    "kubernetes": (resources, 100_000),
    "names": (names, 100_000),
}


def work(args: Namespace) -> Report:
    """Choose the stacks and print them."""
    fleet = read_fleet()
    members = chosen(fleet, args)
    if args.changed:
        names = changed_since(args.changed, fleet)
        members = tuple(each for each in members if each.name in names)
    unread: Sequence[Outcome] = ()
    if args.due:
        members, unread = due_members(fleet, members, args.parallel)
        for name, line in ((each.member.name, line) for each in unread for line in each.lines):
            say(f"scimctl: {name} is not listed: {line}")
    form, most = FORMS[args.format]
    if len(members) > most:
        parts = -(-len(members) // most)
        raise ConfigurationError(
            f"{len(members)} stacks are more than the {most} jobs that {args.format} takes: add --shard 1/{parts}, or "
            "divide the fleet as docs/ci/README.md describes"
        )
    data = {
        "stacks": [{"name": each.name, "ring": each.ring} for each in members],
        "notRead": [{"name": each.member.name, "lines": list(each.lines)} for each in unread],
    }
    return Report([Text(form(members))], data, TROUBLE if unread else FINE)


def arguments(parser: ArgumentParser) -> None:
    """Add what is chosen and the form."""
    parser.add_argument(
        "--format",
        choices=FORMS,
        metavar="ENGINE",
        default="github",
        help=f"the engine of the pipeline: {', '.join(FORMS)}",
    )
    parser.add_argument("--due", action="store_true", help="only stacks whose token is due")
    parser.add_argument("--changed", metavar="REVISION", help="only stacks that differ from this revision of git")
    add_choice(parser)
    add_parallel(parser)
