"""`scimctl doctor`: everything that can be looked at before the first `up`, side by side, and what to do for each."""

import os
from argparse import Namespace
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from dataclasses import replace

from rich.console import RenderableType

from providers import hosts, jwt
from providers.deadline import Deadline
from providers.entra.cloud import cloud
from providers.entra.graph import Graph
from providers.entra.look_ups import LookUps
from providers.entra.signin import graph_bearer
from providers.errors import ProvisioningError
from providers.greenlake import role
from providers.greenlake.bearer import bearer
from providers.greenlake.workspace import claims_of
from providers.moments import now
from scimctl.checks import bearers, names, permissions, services, token
from scimctl.checks.check import Check, Verdict, ok, problem, unknown
from scimctl.checks.installed import installed
from scimctl.commands.command import Command
from scimctl.named import find
from scimctl.progress import Tell, counting
from scimctl.report import FINE, FOUND, Report
from scimctl.stack import Stack, read_stack
from scimctl.terminal import Cell, aligned, bad, good, warning

TEACHES = """\
Looks at everything that the first `up` needs, before anything is deployed, and says what to do about what is not right:

  versions    Python, engine, SDK, the azuread plugin, and the packages that the project pins
  stack       its file
  Entra       sign-in, each Graph permission, the application and its job, each group and user of the section access
  GreenLake   the bearer and how long it lasts, and the role, as far as a harmless question shows it
  services    certificates, and the clocks of both against this one

  ok        nothing to do          warning   may become, or may be, a problem
  problem   `up` would stop at it  unknown   cannot be told from here

A permission is read from the access token that Entra hands out, so one that was granted a moment ago shows only in a
new one. Nothing is changed, and no token or bearer is shown.

Exit code 7 where there is a problem; warnings and what is unknown are 0."""

_Job = Callable[[], Sequence[Check]]
_WORDS = {Verdict.OK: good, Verdict.WARNING: warning, Verdict.PROBLEM: bad, Verdict.UNKNOWN: str}


def work(args: Namespace) -> Report:
    """Look at everything side by side."""
    with counting("looking at everything") as tell, ThreadPoolExecutor(max_workers=8) as side_by_side:
        versions = side_by_side.submit(installed, os.environ)
        try:
            stack = read_stack(args.stack)
        except ProvisioningError as error:
            rest = unknown("entra, greenlake", "not looked at without the stack", "put that right, then run this again")
            broken = [problem("stack", line, "") for line in str(error).splitlines()]
            return reported([*versions.result(), *broken, rest])
        signed_in = side_by_side.submit(_sign_in, stack)
        jobs = [side_by_side.submit(job) for job in _jobs(stack, signed_in)]
        _wait(jobs, tell)
        in_file = ok("stack", f"{stack.name}, {'deployed' if stack.is_deployed else 'not deployed yet'}")
        found = [check for job in jobs for check in job.result()]
        return reported([*versions.result(), in_file, *found])


def reported(checks: Sequence[Check]) -> Report:
    """Say it, a line each, and under it what to do."""
    lines: list[RenderableType] = []
    rows: list[tuple[Cell, ...]] = [(_WORDS[each.verdict](each.verdict.value), each.id, each.says) for each in checks]
    for line, each in zip(aligned(rows), checks, strict=True):
        lines += [line, *([f"           do: {each.todo}"] if each.todo else [])]
    counts = {verdict: sum(each.verdict is verdict for each in checks) for verdict in Verdict}
    told = ", ".join(f"{count} {verdict.value}" for verdict, count in counts.items() if count)
    data = [
        {"id": each.id, "verdict": each.verdict.value, "says": each.says, "todo": each.todo or None} for each in checks
    ]
    is_bad = counts[Verdict.PROBLEM] > 0
    lines.append(bad(told) if is_bad else good(told))
    return Report(lines, {"checks": data}, FOUND if is_bad else FINE)


def _jobs(stack: Stack, signed_in: "Future[str | Check]") -> list[_Job]:
    """List what is looked at, in the order in which it is told."""
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

    def in_directory(id_: str, look: Callable[[], Check]) -> _Job:
        def job() -> Sequence[Check]:
            if isinstance(signed_in.result(), Check):
                return [unknown(id_, "not looked up without a sign-in")]
            try:
                return [look()]
            except ProvisioningError as error:
                return [unknown(id_, str(error))]

        return job

    return [
        entra,
        in_directory("app", lambda: _app(stack)),
        *([in_directory("job", lambda: _jobs_of(stack))] if stack.is_deployed else []),
        *(
            in_directory(
                f"{entry.key}.{entry.label}", lambda entry=entry: names.of_entry(entry, find(stack.tenant_id, entry))
            )
            for entry in access.entries
        ),
        lambda: _greenlake(stack),
        lambda: _service("graph", lambda: cloud(os.environ, Deadline()).graph),
        lambda: _service("greenlake", lambda: stack.config.greenlake.api_url),
        lambda: token.of_state(stack.token, now()) if stack.is_deployed else [],
    ]


def _wait(jobs: Sequence["Future[Sequence[Check]]"], tell: Tell) -> None:
    for done, _ in enumerate(as_completed(jobs), start=1):
        tell(done, len(jobs))


def _sign_in(stack: Stack) -> str | Check:
    """Return an access token of Graph, or why there is none."""
    try:
        return graph_bearer(os.environ, Deadline(), stack.tenant_id)[1]
    except ProvisioningError as error:
        return problem("entra", str(error), "")


def _app(stack: Stack) -> Check:
    look_ups = LookUps(stack.tenant_id, Deadline())
    if stack.is_deployed:
        return names.of_deployed_app(look_ups.service_principals(stack.service_principal_id))
    return names.of_app(stack.config.app, look_ups.service_principals(stack.config.app.name))


def _jobs_of(stack: Stack) -> Check:
    return names.of_jobs(stack.job_id, Graph(stack.tenant_id, stack.service_principal_id, Deadline()).jobs())


def _greenlake(stack: Stack) -> Sequence[Check]:
    """Look at bearer and role; once all is deployed, they are needed for the next rotation only."""
    try:
        held = bearer(os.environ, now(), Deadline())
        about = bearers.of_greenlake(bearers.source(os.environ), held, now())
        recorded: dict[str, str] = stack.token["workspace_claims"] if stack.is_deployed else {}
        workspace = bearers.of_workspace(stack.config.greenlake.workspace, recorded, claims_of(held))
        found = [about, workspace, bearers.of_role(role.ask(stack.config.greenlake.api_url, held, Deadline()))]
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


COMMAND = Command("doctor", "look at all that the first `up` needs, and say what to do", TEACHES, work)
