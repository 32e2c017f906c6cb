"""`scimctl verify`: who should be in GreenLake against who is, as the two services show it."""

from argparse import ArgumentParser, Namespace

from providers.entra.mapping.mappings import read_wanted
from providers.errors import StoppedError, UnauthorizedError
from providers.greenlake.token_properties import fingerprint
from providers.scim.resources import Endpoint, ScimDirectory
from providers.timestamps import now
from scimctl.access import reach
from scimctl.access.lost import lost
from scimctl.commands.verify.comparison import compared, memberships
from scimctl.commands.verify.expected import expected, rules_of
from scimctl.commands.verify.findings import Findings
from scimctl.commands.verify.rendering import reported
from scimctl.commands.verify.resources import Resource
from scimctl.header import opened
from scimctl.job.activity import activity
from scimctl.job.advice import why_refused
from scimctl.job.token_use import refuse_in_overlap
from scimctl.stack.deployed import assignments_of
from scimctl.stack.stack import Stack, read_tokens
from scimctl.terminal.console import counting
from scimctl.terminal.report import Report


def work(args: Namespace) -> Report:
    """Read both sides and compare."""
    stack = opened(args)
    mappings = read_wanted(stack.mappings["mappings"])
    users = rules_of("User", mappings["User"])
    groups = rules_of("Group", mappings["Group"]) if mappings["Group"].enabled else None
    # Both before the long reading: a rotation meanwhile would make the present token one that Entra does not use yet.
    token = read_tokens(stack.name).current
    if fingerprint(token) != stack.token["fingerprint"]:
        raise StoppedError("the token was rotated just now: run it again once that `pulumi up` has ended")
    refuse_in_overlap(stack, "not verified")
    beside = _beside(stack)
    with counting("reading who is assigned in Entra") as tell:
        principals = {str(each["principalId"]): str(each["principalType"]) for each in assignments_of(stack)}
        assigned = reach.read(stack.tenant_id, principals, users.sources, groups.sources if groups else (), tell)
    unassigned = [f"{each.what}: {each.todo}" for each in lost(stack, principals)]
    directory = ScimDirectory(str(stack.token["tenant_url"]), token)
    try:
        listed = _listed(directory, "Users")
    except UnauthorizedError:
        why = why_refused(stack.token_expired(now()))
        raise StoppedError(
            f"not verified: GreenLake refuses the stack's token: {why}: run `pulumi up --refresh`, which rotates it"
        ) from None
    of_users = compared(users, expected(users, assigned.users.values()), listed)
    if groups is None:
        found = Findings(users, of_users, nested=assigned.nested, unassigned=unassigned)
        return reported(found, beside, every=args.all)
    of_groups = compared(groups, expected(groups, assigned.groups.values()), _listed(directory, "Groups"))
    members = memberships(assigned.members, of_users, of_groups) if groups.has_members else []
    found = Findings(users, of_users, groups, of_groups, members, assigned.nested, unassigned)
    return reported(found, beside, every=args.all)


def _beside(stack: Stack) -> str:
    """Return why there may be differences: the first cycle has not ended, or nothing is pushed; "" if neither."""
    job = activity(stack)
    return f"nothing is pushed: {job.silent[0]}" if job.silent else job.early


def _listed(directory: ScimDirectory, endpoint: Endpoint) -> list[Resource]:
    found: list[Resource] = []
    with counting(f"reading the {endpoint.lower()} of GreenLake") as tell:
        for page in directory.pages(endpoint):
            found += page.resources
            tell(len(found), page.total)
    return found


def arguments(parser: ArgumentParser) -> None:
    """Add the wish for every line."""
    parser.add_argument("--all", action="store_true", help="list every difference, not only the first 20 of a kind")
