"""`scimctl scope`: who enters and who leaves with the next `up`, because removing a group can end people's access."""

from argparse import ArgumentParser, Namespace
from collections.abc import Mapping

from providers.errors import ConfigurationError
from scimctl.access import pinning, reach
from scimctl.access.named import at_last_up, what_if
from scimctl.command import UsageError
from scimctl.commands.scope.access_change import change
from scimctl.commands.scope.rendering import Foretold, reported
from scimctl.header import opened
from scimctl.stack.deployed import assignments_of
from scimctl.stack.stack import Stack
from scimctl.stack.stack_file import StackFile
from scimctl.terminal.console import aligned, counting, good
from scimctl.terminal.report import FINE, Report
from stacks.named import find, find_assigned, resolve


def work(args: Namespace) -> Report:
    """Look up what the file names, read what is assigned, and compare the people behind both."""
    if args.pin and (args.added or args.removed):
        raise UsageError("--pin writes the groups that the stack file names: leave --with and --without out")
    stack = opened(args)
    if args.pin:
        return _pinned(stack)
    wanted_access = what_if(stack.config.access, args.added, args.removed)
    with counting("looking up the groups and users of the stack file") as tell:
        resolved = resolve(stack.tenant_id, wanted_access.entries, at_last_up(stack.resources), tell)
    if resolved.unresolved:
        raise ConfigurationError("\n".join(resolved.unresolved))
    wanted = {object_id: entry.kind.capitalize() for object_id, (entry, _) in resolved.found.items()}
    with counting("reading who is a member of what") as tell:
        assigned = _assigned(stack)
        ours: list[str] = stack.status["principals"] if stack.is_deployed else []
        reached = reach.read(stack.tenant_id, {**assigned, **wanted}, (), (), tell)
    return reported(Foretold(stack, change(wanted, assigned, ours, reached), reached), every=args.all)


def _pinned(stack: Stack) -> Report:
    """Write the object id of every group and user that the stack file only names into it."""
    entries = [entry for entry in stack.config.access.entries if not entry.object_id]
    called = at_last_up(stack.resources)
    ids: dict[tuple[str, str], str] = {}
    problems: list[str] = []
    with counting("looking up the groups and users of the stack file") as tell:
        for done, entry in enumerate(entries):
            tell(done, len(entries))
            try:
                assigned = called(f"{entry.kind} {entry.name}")
                answer = find(stack.tenant_id, entry) or find_assigned(stack.tenant_id, entry, assigned)
                ids[entry.kind, entry.name] = pinning.choose(entry, assigned, answer)
            except ConfigurationError as problem:
                problems.append(str(problem))
    if problems:
        raise ConfigurationError("\n".join(problems))
    file = StackFile(stack.name)
    if ids:
        file.path.write_bytes(pinning.rewritten(file.text(), ids).encode())
    lines = aligned([("pinned", f"{kind} {name}", one) for (kind, name), one in ids.items()])
    verdict = (
        f"{file.path} is written; its names are for readers now" if ids else f"{file.path} has an id for each already"
    )
    data = {"pinned": [{"kind": kind, "name": name, "id": one} for (kind, name), one in ids.items()]}
    return Report([*lines, good(verdict)], data, FINE)


def _assigned(stack: Stack) -> Mapping[str, str]:
    """Return the type of every assigned user and group by object id; nobody if there is no application yet."""
    return {
        str(each["principalId"]): str(each["principalType"])
        for each in assignments_of(stack)
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
    parser.add_argument("--pin", action="store_true", help="write object ids into the stack file")
    parser.add_argument("--all", action="store_true", help="name everybody, not only the first 20")
