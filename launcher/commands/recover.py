"""`./run recover`: the way back from a run that was killed."""

from launcher import stack
from launcher.commands.command import Command
from launcher.environment import STACK
from launcher.errors import UsageError
from launcher.paths import PROJECT, STATE
from launcher.preparation import prepare
from launcher.progress import say
from launcher.recovery import adoption, clearing
from launcher.recovery.killed_run import KilledRun, Stack, left_by_killed_run, told

HELP = """\
usage: ./run recover

Clear what a killed run of the engine left in the stack `sandbox`, so that the next `./run up` goes on from there.

It shows the lock and the operations that were under way, waits until no call of the killed run can be under way any
more (less than two minutes after its last sign of life), then ends the plugin hosts that the killed engine left on this
machine, takes the lock away and settles the operations: what was made in Entra is entered in state, what was deleted
there is taken out of it. Secrets in state stay encrypted.
Where the run was about to create the token, the next `up` may adopt the one that GreenLake has, until it succeeds.

A run that is still at work is left alone. Where there is nothing to clear it says so. Twice is fine.

For stacks of real tenants docs/recover.md has the same as plain commands, for CI too."""


def work(arguments: list[str]) -> int:
    """Show, wait, clear."""
    if arguments:
        raise UsageError("recover takes no arguments: see `./run recover --help`")
    if not stack.CHECKPOINT.exists():
        say("there is nothing to clear")
        return 0
    target = _target()
    run = left_by_killed_run(target)
    if not run.left_something:
        say("there is nothing to clear")
        return 0
    _recover(target, run)
    return 0


def _recover(target: Stack, run: KilledRun) -> None:
    for line in told(run):
        say(line)
    clearing.wait_for_orphans(run, clearing.orphan_seconds(target))
    if run.made_a_token:
        adoption.allow()
    for line in clearing.clear(target, run):
        say(line)
    say("cleared: `./run up` goes on from here, `./run down` too")


def _target() -> Stack:
    prepared = prepare()
    return Stack(
        name=STACK,
        backend=STATE / "pulumi",
        pulumi=prepared.toolchain.pulumi,
        python=prepared.toolchain.python,
        directory=PROJECT,
        environment=prepared.environment,
    )


COMMAND = Command("recover", "clear what a killed run left: its lock, its pending operations", HELP, work)
