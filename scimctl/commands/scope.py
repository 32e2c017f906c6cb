"""`scimctl scope`: who enters and who leaves with the next `up`, because removing a group can end people's access."""

from argparse import ArgumentParser, Namespace
from collections.abc import Mapping

from providers.deadline import Deadline
from providers.entra.graph import Graph
from scimctl import access_change, reach
from scimctl.commands.command import Command
from scimctl.named import found_names, what_if
from scimctl.progress import counting
from scimctl.report import Report
from scimctl.scope_telling import Foretold, reported
from scimctl.stack import Stack, read_stack

TEACHES = """\
Compares the groups and users of the stack file with what is assigned to the application now, and tells what the next
`up` does to people: who enters and who leaves. Whoever is in another assigned group as well, or assigned alone, stays.
Nothing is changed. Look before you take a group out of the file: leaving can mean to be deleted at HPE GreenLake.

  scimctl scope
  scimctl scope --without "GreenLake Operators"     as if the group were not in the file
  scimctl scope --with Contractors                  as if it were

Only direct members count: Entra does not provision the members of nested groups. Scoping filters are not applied.
Exit code 0 where nothing changes, 7 where assignments change."""


def work(args: Namespace) -> Report:
    """Look up what the file names, read what is assigned, and compare the people behind both."""
    stack = read_stack(args.stack)
    wanted_access = what_if(stack.config.access, args.added, args.removed)
    with counting("looking up the groups and users of the stack file") as tell:
        wanted = found_names(stack.tenant_id, wanted_access, tell)
    with counting("reading who is a member of what") as tell:
        assigned = _assigned(stack)
        ours: list[str] = stack.status["principals"] if stack.is_deployed else []
        access = access_change.access(wanted, assigned, ours)
        reached = reach.read(stack.tenant_id, {**assigned, **wanted}, (), (), tell)
    return reported(Foretold(stack, access, access_change.change(access, reached), reached), every=args.all)


def _assigned(stack: Stack) -> Mapping[str, str]:
    """Return the type of every assigned user and group by object id; nobody where nothing is deployed."""
    if not stack.is_deployed:
        return {}
    assignments = Graph(stack.tenant_id, stack.service_principal_id, Deadline()).assignments()
    return {
        str(each["principalId"]): str(each["principalType"])
        for each in assignments
        if each.get("principalType") in ("User", "Group")
    }


def arguments(parser: ArgumentParser) -> None:
    """Add what might be changed, and the wish for every name."""
    parser.add_argument(
        "--with", action="append", default=[], dest="added", metavar="GROUP", help="as if it were added"
    )
    parser.add_argument(
        "--without", action="append", default=[], dest="removed", metavar="GROUP", help="as if it were taken out"
    )
    parser.add_argument("--all", action="store_true", help="name everybody, not only the first 20")


COMMAND = Command("scope", "tell who enters and who leaves with the next `up`", TEACHES, work, arguments)
