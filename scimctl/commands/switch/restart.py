"""`scimctl restart`: the portal's Restart Provisioning, or with --full everything that Entra remembers is dropped."""

from argparse import ArgumentParser, Namespace

from providers.entra.job.job import JobReport
from scimctl.command import Command
from scimctl.commands.switch.switching import StackJob, add_waiting, followed, restores, waits
from scimctl.header import opened
from scimctl.job.token_use import refuse_in_overlap, wait_until_it_may_be
from scimctl.stack.stack import Stack
from scimctl.terminal.consent import add_consent, agree, dry_run
from scimctl.terminal.console import working
from scimctl.terminal.report import Report

_DEFAULT = "Watermark, Escrows, QuarantineState"
_FULL = "Full"
_LEFT = (
    "forget which user here is which there: everybody is matched again, and people who left the scope and are still in "
    "GreenLake stay there; `scimctl verify` shows them"
)


def work(args: Namespace) -> Report:
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


COMMAND = Command("restart", "look at everybody anew, and try again what failed", work, arguments)
