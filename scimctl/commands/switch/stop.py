"""`scimctl stop`: the portal's Stop Provisioning."""

from argparse import Namespace
from datetime import timedelta

from scimctl.command import Command
from scimctl.commands.switch.switching import StackJob, restores, stopped, unchanged
from scimctl.header import opened
from scimctl.terminal.consent import add_consent, agree, dry_run
from scimctl.terminal.console import working
from scimctl.terminal.report import Report

_TIME_LIMIT = timedelta(seconds=30)


def work(args: Namespace) -> Report:
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


COMMAND = Command("stop", "stop provisioning; everybody who is in GreenLake stays", work, add_consent)
