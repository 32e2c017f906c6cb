"""`scimctl start`, `stop` and `restart`: the portal's Start, Stop and Restart Provisioning."""

from argparse import ArgumentParser, Namespace
from datetime import timedelta

from providers.entra.job.job import JobReport
from scimctl.command import Command
from scimctl.commands.switch.switching import StackJob, add_waiting, followed, restores, stopped, unchanged, waits
from scimctl.header import opened
from scimctl.job.token_use import refuse_in_overlap, wait_until_it_may_be
from scimctl.stack.stack import Stack
from scimctl.terminal.consent import add_consent, agree, dry_run
from scimctl.terminal.console import working
from scimctl.terminal.report import Report


def start(args: Namespace) -> Report:
    """Start, unless it runs."""
    stack = opened(args)
    job = StackJob(stack)
    before = job.look()
    if before.active and not before.quarantined:
        return unchanged("provisioning is on already: not started again, which may stop a job that runs", before, stack)
    wait_until_it_may_be(stack, "not started")  # its cycle uses the token that Entra holds
    with working("starting provisioning"):
        job.graph().start(stack.job_id)
    after = job.after_cycle(before, args.wait) if waits(args) else job.look()
    said = "provisioning was in quarantine and is started again" if before.quarantined else "provisioning is started"
    return followed(said, before, after, stack, waited=waits(args))


_TIME_LIMIT = timedelta(seconds=30)


def stop(args: Namespace) -> Report:
    """Stop, unless it is stopped."""
    stack = opened(args)
    job = StackJob(stack)
    before = job.look()
    if not before.active:
        return unchanged("provisioning is stopped already", before, stack)
    will = [
        f'stop provisioning by "{stack.config.app.name}" now: nobody enters or leaves GreenLake until it is started',
        "let a running cycle complete; what Entra remembers is kept",
        restores(stack, on=False).plain,
    ]
    if args.dry_run:
        return dry_run(will)
    agree(args, will, f"Stop provisioning of the stack {stack.name}?")
    with working("stopping provisioning"):
        job.graph().pause(stack.job_id)
    after = job.until(lambda seen: not seen.active, _TIME_LIMIT, "waiting for Entra to confirm it")
    said = "provisioning is stopped; a running cycle is completed"
    return stopped(said if not after.active else "the stop is accepted, and Entra does not show it yet", after, stack)


_DEFAULT = "Watermark, Escrows, QuarantineState"
_FULL = "Full"
_LEFT = (
    "forget which user here is which there: everybody is matched again, and people who left the scope and are still in "
    "GreenLake stay there; `scimctl verify` shows them"
)


def restart(args: Namespace) -> Report:
    """Restart."""
    stack = opened(args)
    job = StackJob(stack)
    before = job.look()
    will = planned(stack, before, full=args.full)
    if args.dry_run:
        refuse_in_overlap(stack, "not restarted")
        return dry_run(will)
    agree(args, will, f"Restart provisioning of the stack {stack.name}?")
    wait_until_it_may_be(stack, "not restarted")  # its cycle uses the token that Entra holds
    with working("restarting provisioning"):
        job.graph().restart(stack.job_id, _FULL if args.full else _DEFAULT)
    after = job.after_cycle(before, args.wait) if waits(args) else job.look()
    what = "provisioning is restarted: everybody is looked at anew"
    return followed(f"{what} and matched again" if args.full else what, before, after, stack, waited=waits(args))


def planned(stack: Stack, job: JobReport, *, full: bool) -> list[str]:
    """Return what a restart does, a line each."""
    last = job.status.last_execution
    scope = f" ({last.count_entitled_for_provisioning} in scope of the last cycle)" if last else ""
    return [
        f'begin an initial cycle of "{stack.config.app.name}": everybody in scope is compared with GreenLake{scope}',
        *([] if job.active else ["switch provisioning on"]),
        *(["end the quarantine, which comes back if its cause is not repaired"] if job.quarantined else []),
        *([_LEFT] if full else []),
        restores(stack, on=True).plain,
    ]


def arguments(parser: ArgumentParser) -> None:
    """Add consent, the full restart, and the waiting."""
    add_consent(parser)
    parser.add_argument("--full", action="store_true", help="also forget which user is which; see below first")
    add_waiting(parser)


COMMANDS = (
    Command("start", "start provisioning, or try again in quarantine", start, add_waiting),
    Command("stop", "stop provisioning; everybody who is in GreenLake stays", stop, add_consent),
    Command("restart", "look at everybody anew, and try again what failed", restart, arguments),
)
