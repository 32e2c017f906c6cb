"""`scimctl adopt`: take over an application whose provisioning was set up by hand, and the way back."""

import os
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence

from rich.console import RenderableType

from providers.entra.application.claims import adopt_command
from providers.entra.sign_in.access_token import tenant_of_sign_in
from providers.http.deadline import Deadline
from scimctl.command import UsageError
from scimctl.commands.adopt import rendering, state
from scimctl.commands.adopt.found import choose_job, find_application, read_found
from scimctl.commands.adopt.proposal import propose
from scimctl.engine import preview
from scimctl.header import announce, of_file
from scimctl.stack.stack import Json
from scimctl.stack.stack_file import StackFile
from scimctl.terminal.consent import agree
from scimctl.terminal.console import counting, good, say, working
from scimctl.terminal.report import Report, counted
from stacks.sections import with_address


def work(args: Namespace) -> Report:
    """Take over, or let go."""
    if bool(args.app) == args.undo:
        raise UsageError("give --app NAME to take an application over, or --undo to let go of it")
    stack, resources = state.read(args.stack)
    return _undo(args, stack, resources) if args.undo else _adopt(args, stack, resources)


def _adopt(args: Namespace, stack: str, resources: Sequence[Json]) -> Report:
    file = StackFile(stack)
    state.check_empty(stack, resources, is_adopted=file.is_adopted)
    with working(f'looking for the application "{args.app}"'):
        tenant_id = file.tenant_id() or tenant_of_sign_in(os.environ, Deadline())
        application = find_application(tenant_id, args.app)
    announce(args, of_file(file, application.tenant_id, application.name))
    with counting("reading what was set up") as tell:
        found = read_found(application, tell)
    chosen = choose_job(found.jobs, args.job or "")
    with working("reading the attribute mappings"):
        schema = application.graph.schema(chosen.id)
    proposal = propose(stack, found, chosen, schema, with_address(file.declared(), os.environ))
    with file.proposed(proposal.sections, application.name) as proposed:
        with working("previewing the first `pulumi up`"):
            seen = preview.take(stack, "--config-file", str(proposed))
        steps = state.planned(seen)
        file.replace_by(proposed)
    lines = [
        *rendering.comparison(found, chosen, proposal),
        *rendering.mapping_lines(schema),
        *rendering.left_alone_lines(proposal.left_alone),
        "",
        good(f"{file.path} is written; the one before it is {file.kept.name}"),
        f"`pulumi up`: {', '.join(f'{count} to {step}' for step, count in steps.items())}; none to delete or replace",
        "any other user of this GreenLake workspace's token loses it with that `up`",
        f"look at it with `pulumi preview --stack {stack}`, then run `pulumi up`",
        "`scimctl adopt --undo` takes this back",
    ]
    data = {
        "application": application.name,
        "servicePrincipalId": application.service_principal_id,
        "job": chosen.id,
        "stackFile": str(file.path),
        "config": proposal.sections,
        "leftAlone": list(proposal.left_alone),
        "planned": dict(steps),
    }
    return Report(lines, data)


def _undo(args: Namespace, stack: str, resources: Sequence[Json]) -> Report:
    file = StackFile(stack)
    announce(args, of_file(file, file.tenant_id(), ""))
    state.check_adopted(stack, resources)
    file.check_adopted()
    if resources:
        count = counted(len(resources), "resource")
        say(f"the stack {stack} lets go of {count}; nothing is sent to Entra or GreenLake:")
        for each in resources:
            say(f"  {state.named(each)}")
        if state.is_half_done(resources):
            say("the last `up` was not completed: Entra may still have the token from before it; better finish it")
        agree(args, [], f"Let the stack {stack} go?")
        state.let_go(stack)
    restored = file.put_back()
    lines: list[RenderableType] = [good(f"let go: the stack {stack} is empty"), restored]
    if resources:
        lines += [
            "Entra goes on as it is, with the token it has; nobody rotates that one any more",
            f"to manage it again: `{adopt_command(args.header.application)}`",
            "a plain `pulumi up` stops, because the token exists",
        ]
    return Report(lines, {"stack": stack, "letGo": [each["urn"] for each in resources], "stackFile": str(file.path)})


def arguments(parser: ArgumentParser) -> None:
    """Add the application, the job and the way back."""
    parser.add_argument("--app", metavar="NAME", help="its display name, or its service principal's id")
    parser.add_argument("--job", metavar="ID", help="the job, if the application has several")
    parser.add_argument("--undo", action="store_true", help="let go of what was adopted; the tenant stays as it is")
    parser.add_argument("--yes", action="store_true", help="do not ask before --undo empties the stack")
