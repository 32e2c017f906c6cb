"""`scimctl start`: the portal's Start Provisioning, which also ends a quarantine."""

from argparse import Namespace

from scimctl.command import Command
from scimctl.commands.switch.switching import StackJob, add_waiting, followed, unchanged, waits
from scimctl.header import opened
from scimctl.job.token_use import wait_until_it_may_be
from scimctl.terminal.console import working
from scimctl.terminal.report import Report

TEACHES = """\
Continues provisioning after a stop, and tries again at once in a quarantine. It acts now; the `status` of the stack
decides what the next `pulumi up --refresh` restores, and this command shows it.

  start                it is stopped, or in quarantine for a cause that is repaired
  restart              look at everybody anew: people are missing in GreenLake, or were changed there
  pulumi up --refresh  the token was refused, or mappings or credentials were changed by somebody else

A job that runs is not started again: Microsoft warns that this may stop it. A quarantine whose cause is not repaired
comes back with the next cycle: `scimctl test` shows whether GreenLake accepts the token.

While the overlap of a rotation is open nothing is started, because the cycle would use the new token too early: exit
code 1, and `pulumi up` starts it. exit code 7 if the cycle that it sets off fails."""


def work(args: Namespace) -> Report:
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


COMMAND = Command("start", "start provisioning, or try again in quarantine", TEACHES, work, add_waiting)
