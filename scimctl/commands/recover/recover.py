"""`scimctl recover`: the way back from a run that was killed."""

from argparse import Namespace

from providers.errors import StoppedError
from scimctl.commands.recover import clearing
from scimctl.commands.recover.killed_run import KilledRun, left_by_killed_run, told
from scimctl.engine import engine
from scimctl.header import opened
from scimctl.terminal.consent import agree, dry_run
from scimctl.terminal.console import good, say
from scimctl.terminal.report import Report


def work(args: Namespace) -> Report:
    """Show, ask, wait, clear."""
    try:
        run = left_by_killed_run(engine.selected(args.stack))  # first, since one with torn attributes cannot be read
    except StoppedError:  # a run is at work
        opened(args)
        raise
    opened(args)
    if not run.left_something:
        return Report([good("there is nothing to clear: no lock, no pending operation")], data(run, []))
    for line in told(run):
        say(line)
    will = clearing.planned(run)
    if args.dry_run:
        return dry_run(will)
    agree(args, will, f"Is every run of the stack {run.stack} dead?")
    clearing.wait_for_orphans(run)
    done = clearing.clear(run)
    return Report([*done, good(f"cleared: {following(run)}")], data(run, done))


def following(run: KilledRun) -> str:
    """Return what to run next."""
    if run.made_a_token:
        return (
            "GreenLake may have made a token whose value nobody has: if no other stack uses this workspace, run "
            f"`GREENLAKE_ADOPT_ONCE=true pulumi up --stack {run.stack}`, which rotates it with overlap"
        )
    again = f"run `pulumi up --stack {run.stack}` again, or `pulumi destroy` if that was killed"
    return f"{again}; if you change the stack file before that, add --refresh"


def data(run: KilledRun, done: list[str]) -> dict[str, object]:
    """Return it for scripts; `adoptOnce`: the next `up` may need GREENLAKE_ADOPT_ONCE=true."""
    return {"found": told(run), "done": done, "adoptOnce": run.made_a_token}
