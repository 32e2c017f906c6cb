"""`scimctl status`: one screen as Entra's provisioning page, with the token and the mappings of the stack beside it."""

from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from datetime import datetime, timedelta

from providers.entra.job.job import read_report
from providers.entra.mapping.drift import mapping_drift
from providers.entra.mapping.mappings import read_wanted
from providers.greenlake.token_properties import known
from providers.timestamps import from_text, now, to_text
from scimctl.commands.token import token_status
from scimctl.commands.token.token_status import Due
from scimctl.header import headed, opened
from scimctl.job import job_page, provisioning
from scimctl.job.diverted import diverted
from scimctl.job.provisioning import Overlap, ProvisioningView
from scimctl.stack.deployed import GoneError, graph_of, job_of
from scimctl.stack.stack import Json, Stack
from scimctl.terminal.console import Cell, aligned, bad, good, warning, working
from scimctl.terminal.metrics import add_metrics, delivered
from scimctl.terminal.report import FINE, FOUND, Report, counted
from scimctl.terminal.watch import seconds, watched

_EVERY = 10


def work(args: Namespace) -> Report:
    """Look once, or until somebody has seen enough."""
    if args.watch:
        watched(lambda: headed(args, look(args)), args.watch, as_json=args.json)
    with working("looking at the stack and at Entra"):
        return delivered(args, "status", look(args))


def look(args: Namespace) -> Report:
    """Look at the stack that the command line names."""
    return look_at(opened(args))


def look_at(stack: Stack) -> Report:
    """Look at the stack, the job and its mappings; the time is Graph's, since this machine's clock may be wrong."""
    try:
        body, at = job_of(stack)
    except GoneError as gone:
        return _without_job(stack, str(gone), now())
    due = _due(stack, at)
    page = ProvisioningView(
        deployed=str(stack.status["status"]),
        job=read_report(body),
        at=at,
        tested=stack.status["tested_fingerprint"] == stack.token["fingerprint"],
        overlap_open=stack.overlap_open,
        issued_at=from_text(stack.token["issued_at"]),
        why_rotate=due.why,
        expired=stack.token_expired(at),
        differences=mapping_drift(graph_of(stack).schema(stack.job_id), read_wanted(stack.mappings["mappings"])),
        diverted=diverted(stack),
    )
    return reported(stack, page, due)


def _due(stack: Stack, moment: datetime) -> Due:
    return token_status.due(known(stack.token), dict(stack.token["rotate_when_changed"]), timedelta(0), moment)


def reported(stack: Stack, page: ProvisioningView, due: Due) -> Report:
    """Put the screen together: the verdict, then everything else."""
    found, overlap = provisioning.found(page), provisioning.overlap(page)
    rows: list[tuple[str, Cell]] = [
        *_of_job(page, stack.config.provisioning.status),
        *token_status.rows(stack.token, page.at),
        ("overlap", overlap.words if overlap is Overlap.CLOSED else warning(overlap.words)),
        ("mappings", warning("changed since the last `pulumi up`") if page.differences else good("in sync")),
    ]
    verdict = [bad(line) for line in found] or [good(provisioning.all_clear(page))]
    return Report([*verdict, *aligned(rows)], _data(stack, page, due, found), FOUND if found else FINE)


def _without_job(stack: Stack, gone: str, moment: datetime) -> Report:
    """Report that there is no job to look at."""
    lines = [bad(gone), *aligned(token_status.rows(stack.token, moment))]
    token = token_status.data(stack.token, _due(stack, moment))
    return Report(lines, {"stack": stack.name, "state": "gone", "token": token, "found": [gone]}, FOUND)


def _of_job(page: ProvisioningView, wanted: str) -> list[tuple[str, Cell]]:
    job = page.job
    on = "on" if job.active else "off"
    state = job_page.state(job)
    well = job.active and not job.quarantined
    declared = "as declared" if on == page.deployed else f"and the stack declares {page.deployed}"
    pending = "" if wanted == page.deployed else f"; {wanted} with the next `pulumi up`"
    coming = job_page.next_cycle(job)
    counts = ", ".join(counted(count, kind.lower()) for kind, count in job_page.provisioned(job).items())
    rows: list[tuple[str, Cell]] = [
        ("provisioning", f"{on}, {declared}{pending}"),
        ("state", good(state) if well else bad(state) if page.deployed == "on" else state),
        *((label, bad(text)) for label, text in job_page.quarantine(job, page.at)),
        ("last cycle", job_page.last_cycle(job.status.last_execution, page.at)),
    ]
    if job.active and not job.quarantined:
        rows.append(("next cycle", job_page.coming(coming, page.at) if coming else "not known"))
    return [*rows, ("provisioned", counts or "nobody yet")]


def _data(stack: Stack, page: ProvisioningView, due: Due, found: Sequence[str]) -> Json:
    job, quarantine = page.job, page.job.status.quarantine
    return {
        "stack": stack.name,
        "servicePrincipalId": stack.service_principal_id,
        "jobId": stack.job_id,
        "provisioning": "on" if job.active else "off",
        "deployedStatus": page.deployed,
        "stackStatus": stack.config.provisioning.status,
        "scheduleState": job.schedule.state,
        "statusCode": job.status.code,
        "state": job_page.state(job),
        "quarantine": {
            "reason": quarantine.reason,
            "code": job_page.quarantine_code(job),
            "since": to_text(quarantine.began) or None,
            "times": quarantine.series_count,
            "nextAttempt": to_text(quarantine.next_attempt) or None,
        }
        if quarantine and job.quarantined
        else None,
        "initialCycleDone": job.initial_cycle_done,
        "lastCycle": job_page.cycle_data(job.status.last_execution),
        "nextCycle": to_text(job_page.next_cycle(job)) or None,
        "intervalSeconds": int(job.schedule.interval.total_seconds()),
        "provisioned": job_page.provisioned(job),
        "mappings": {"inSync": not page.differences, "differences": list(page.differences)},
        "overlap": provisioning.overlap(page).value,
        "token": token_status.data(stack.token, due),
        "found": list(found),
    }


def arguments(parser: ArgumentParser) -> None:
    """Add the watching."""
    parser.add_argument(
        "--watch",
        nargs="?",
        type=seconds,
        const=_EVERY,
        metavar="SECONDS",
        help=f"look again and again, every so many seconds, {_EVERY} unless given; Ctrl-C ends it",
    )
    add_metrics(parser)
