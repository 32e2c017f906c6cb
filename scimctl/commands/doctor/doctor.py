"""`scimctl doctor`: everything that `up` and the provisioning need, side by side, and what to do for each."""

import os
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from contextlib import suppress
from dataclasses import replace

from providers.entra.graph.directory import Directory
from providers.entra.sign_in.access_token import graph_bearer
from providers.entra.sign_in.cloud import cloud
from providers.errors import ForbiddenError, ProvisioningError, UnauthorizedError
from providers.greenlake.api import role
from providers.greenlake.api.bearer import bearer
from providers.greenlake.api.workspace import claims_of
from providers.http import hosts, jwt
from providers.http.deadline import Deadline
from providers.timestamps import now
from scimctl.access.named import at_last_up
from scimctl.commands.doctor import live, services
from scimctl.commands.doctor.check import Check, Verdict, ok, problem, reported, unknown
from scimctl.commands.doctor.entra import names, permissions
from scimctl.commands.doctor.entra.application import of_application
from scimctl.commands.doctor.machine import installed
from scimctl.header import opened
from scimctl.stack.stack import Stack
from scimctl.terminal.console import counting
from scimctl.terminal.report import Report
from stacks.named import Resolved, resolve
from stacks.sections import AccessEntry

_Job = Callable[[], Sequence[Check]]


def work(args: Namespace) -> Report:
    """Look at everything side by side; Test Connection comes last, since it waits for nothing."""
    return reported(_checks(args), quiet=args.quiet, every=args.all)


def _checks(args: Namespace) -> Sequence[Check]:
    with counting("looking at everything") as tell, ThreadPoolExecutor(max_workers=8) as side_by_side:
        versions = side_by_side.submit(installed, os.environ)
        try:
            stack = _opened(args)
        except ProvisioningError as error:
            rest = unknown("entra, greenlake", "not looked at without the stack", "repair that, then run this again")
            broken = [problem("stack", line, "") for line in str(error).splitlines()]
            return [*versions.result(), *broken, rest]
        signed_in = side_by_side.submit(_sign_in, stack)
        called = at_last_up(stack.resources)
        resolved = side_by_side.submit(resolve, stack.tenant_id, stack.config.access.entries, called)
        jobs = [side_by_side.submit(job) for job in _jobs(stack, signed_in, resolved)]
        for done, _ in enumerate(as_completed(jobs), start=1):
            tell(done, len(jobs))
    in_file = ok("stack", f"{stack.name}, {'deployed' if stack.is_deployed else 'not deployed yet'}")
    found = [*versions.result(), in_file, *(check for job in jobs for check in job.result())]
    if stack.is_deployed and not isinstance(signed_in.result(), Check):
        found.append(live.of_connection(stack))
    return found


def _opened(args: Namespace) -> Stack:
    """Read the stack, with its state. Raises StoppedError if a newer version of the program wrote that."""
    stack = opened(args)
    if stack.is_deployed:
        _ = stack.token, stack.mappings, stack.status
    return stack


def _jobs(stack: Stack, signed_in: "Future[str | Check]", resolved: "Future[Resolved]") -> list[_Job]:
    """List the checks, in the order of the report."""
    access = stack.config.access
    needed = permissions.needs(
        makes_the_app=stack.config.app.is_ours, names_groups=bool(access.groups), names_users=bool(access.users)
    )

    def entra() -> Sequence[Check]:
        bearer_or_not = signed_in.result()
        if isinstance(bearer_or_not, Check):
            return [bearer_or_not]
        return [
            ok("entra", f"signed in to the tenant {stack.tenant_id}"),
            *permissions.checked(needed, jwt.claims(bearer_or_not)),
        ]

    def in_directory(id_: str, look: _Job) -> _Job:
        def job() -> Sequence[Check]:
            bearer_or_not = signed_in.result()
            if isinstance(bearer_or_not, Check):
                return [unknown(id_, "not looked up: see entra")]
            try:
                return look()
            except (ForbiddenError, UnauthorizedError) as error:
                granted = permissions.checked(needed, jwt.claims(bearer_or_not))
                # A missing permission is reported already.
                is_known = any(each.verdict is Verdict.PROBLEM for each in granted)
                return [(unknown if is_known else problem)(id_, str(error))]
            except ProvisioningError as error:
                return [problem(id_, str(error), "")]

        return job

    return [
        entra,
        in_directory("app", lambda: of_application(stack)),
        *([in_directory("job", lambda: live.of_job(stack))] if stack.is_deployed else []),
        *(
            in_directory(f"{entry.key}.{entry.label}", lambda entry=entry: [_entry(stack, entry, resolved.result())])
            for entry in access.entries
        ),
        *([in_directory("access", lambda: live.of_assignments(stack))] if stack.is_deployed else []),
        lambda: [live.of_secrets(stack), live.of_lock(stack)],
        lambda: _greenlake(stack),
        lambda: _service("graph", lambda: cloud(os.environ, Deadline()).graph),
        lambda: _service("greenlake", lambda: stack.config.greenlake.api_url),
        lambda: services.of_state(stack.token, now()) if stack.is_deployed else [],
    ]


def _sign_in(stack: Stack) -> str | Check:
    """Return an access token that Graph answers, or why there is none; what it may do is another check."""
    try:
        token = graph_bearer(os.environ, Deadline(), stack.tenant_id)[1]
        with suppress(ForbiddenError):
            Directory(stack.tenant_id, Deadline()).service_principals(stack.config.app.name)
    except ProvisioningError as error:
        return problem("entra", str(error), "")
    return token


def _entry(stack: Stack, entry: AccessEntry, resolved: Resolved) -> Check:
    found = resolved.meant_by(entry)
    is_empty = found is not None and entry.kind == "group" and _is_empty(stack, str(found["id"]))
    return names.of_entry(entry, resolved, is_empty=is_empty)


def _is_empty(stack: Stack, group: str) -> bool:
    return not any(page for page in Directory(stack.tenant_id, Deadline()).members(group))


def _greenlake(stack: Stack) -> Sequence[Check]:
    """Look at bearer and role; once all is deployed, they are needed for the next rotation only."""
    try:
        held = bearer(os.environ, now(), Deadline())
        about = services.of_greenlake(services.source(os.environ), held, now())
        recorded: dict[str, str] = stack.token["workspace_claims"] if stack.is_deployed else {}
        workspace = services.of_workspace(stack.config.greenlake.workspace, recorded, claims_of(held))
        found = [about, workspace, services.of_role(role.ask(stack.config.greenlake.api_url, held, Deadline()))]
    except ProvisioningError as error:
        found = [problem("greenlake.bearer", str(error), "")]
    if not stack.is_deployed:
        return found
    return [
        replace(each, verdict=Verdict.WARNING, says=f"{each.says} (only a rotation needs it)")
        if each.verdict is Verdict.PROBLEM
        else each
        for each in found
    ]


def _service(name: str, url: Callable[[], str]) -> Sequence[Check]:
    try:
        return services.reached(name, hosts.look(url()), now())
    except hosts.HostError as error:
        return services.not_reached(name, error)
    except ProvisioningError as error:
        return [unknown(f"tls.{name}", str(error))]


def arguments(parser: ArgumentParser) -> None:
    """Add how much is listed."""
    listed = parser.add_mutually_exclusive_group()
    listed.add_argument(
        "--quiet", action="store_true", help="only problems and warnings, and nothing if there are none"
    )
    listed.add_argument("--all", action="store_true", help="list the checks that passed, too")
