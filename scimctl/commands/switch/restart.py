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

TEACHES = """\
Sets off an initial cycle: everybody in scope is looked at anew, which takes 20 minutes to hours in a large tenant,
while a cycle otherwise looks at what changed. People in scope keep access throughout. It switches provisioning on if
it is off.

  command          resetScope in Graph   what Entra forgets
  restart          Watermark             up to where it has looked: everybody is compared with GreenLake
                   Escrows               its list of failures, which it would try again less and less often
                   QuarantineState       a quarantine, for now: it comes back if its cause is not repaired
  restart --full   Full                  all of that, and which user here is which user there

Plain restart nearly always suffices: after a fault in GreenLake was repaired, when people are missing there or were
changed by hand, when the log has InvalidAnchor. --full has every user and group matched again by the matching
attribute, as for a new application: only if links are wrong, such as after GreenLake was emptied or restored.
People who left the scope and are not yet removed from GreenLake are then forgotten and stay: see `scimctl verify`.

Changed mappings need no restart, saving them is one; nor does a new token. Do not repeat it while its cycle runs: each
restart begins anew. If no answer came, look with `scimctl status` before you do it again.

It shows what will happen and asks first; `--yes` answers, and is required without a terminal. `--dry-run`
only shows it.

It waits for a running cycle to end, a minute at most, and does nothing while the overlap of a rotation is open: exit
code 1. exit code 7 if the cycle that it sets off fails."""

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


COMMAND = Command("restart", "look at everybody anew, and try again what failed", TEACHES, work, arguments)
