"""`scimctl start`: the portal's Start Provisioning, which also ends a quarantine."""

from argparse import Namespace

from scimctl.command import Command
from scimctl.commands.switch.switching import StackJob, add_waiting, followed, unchanged, waits
from scimctl.header import opened
from scimctl.job.token_use import wait_until_it_may_be
from scimctl.terminal.console import working
from scimctl.terminal.report import Report


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


COMMAND = Command("start", "start provisioning, or try again in quarantine", work, add_waiting)
