"""`./run recover`: `scimctl recover` for the sandbox, where nobody has to be asked."""

from launcher.commands import scimctl
from launcher.commands.command import Command
from launcher.deployment import stack
from launcher.errors import UsageError
from launcher.progress import say

HELP = """\
usage: ./run recover

Clear what a killed run of the engine left in the stack `sandbox`, so that the next `./run up` goes on from there: it is
`./run scimctl recover --yes`, whose help has the details.

It shows the lock and the operations that were under way, waits until no call of the killed run can be under way any
more (less than two minutes after its last sign of life), takes the lock away and settles the operations. Its last line
says what to run next: if the killed run was about to create the token, that is `./run up` with GREENLAKE_ADOPT_ONCE.

A run that is still at work is left alone. With nothing to clear it says so. Twice is fine."""


def work(arguments: list[str]) -> int:
    """Show, wait, clear."""
    if arguments:
        raise UsageError("recover takes no arguments: see `./run recover --help`")
    if not stack.CHECKPOINT.exists():
        say("there is nothing to clear")
        return 0
    return scimctl.work(["recover", "--yes"])


COMMAND = Command("recover", "clear what a killed run left: its lock, its pending operations", HELP, work)
