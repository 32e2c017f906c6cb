"""`./run down`: the way back from `./run up`."""

from launcher.commands.command import Command
from launcher.deployment import sandbox_process, stack
from launcher.deployment.engine_run import run_engine
from launcher.deployment.environment import STACK
from launcher.deployment.preparation import prepare, say_which_plugin
from launcher.progress import say

HELP = """\
usage: ./run down [PULUMI OPTIONS]

Destroy the stack `sandbox` and stop the sandbox.

The token, the job and the enterprise application are gone afterwards. Users and groups that were provisioned stay in
GreenLake, as Entra leaves them: `./run sandbox reset` forgets those, too. Doing it twice is fine.

A stack that is protected, as one that took over an application is, stays: it says what to run instead, and ends 1.

The options go to `pulumi destroy --yes --skip-preview --stack sandbox`. If that fails, the sandbox keeps running and
the exit code is Pulumi's: `./run down --refresh` often helps, as it forgets what is gone already."""


def work(arguments: list[str]) -> int:
    """Destroy what there is, then stop."""
    if protected := stack.protection():
        say(protected)
        return 1
    if not stack.is_empty():
        prepared = prepare()
        say_which_plugin(prepared.toolchain)
        code = run_engine(prepared, ["destroy", "--yes", "--skip-preview", "--stack", STACK, *arguments])
        if code:
            return code
    say("the sandbox is stopped" if sandbox_process.stop() else "nothing is running")
    return 0


COMMAND = Command("down", "destroy what `up` made and stop the sandbox", HELP, work)
