"""`./run down`: the way back from `./run up`."""

from launcher.deployment import sandbox_process, stack
from launcher.deployment.engine_run import run_engine
from launcher.deployment.environment import STACK
from launcher.deployment.preparation import prepare, say_which_plugin
from launcher.errors import UsageError
from launcher.progress import say


def work(arguments: list[str]) -> int:
    """Destroy what there is, then stop."""
    if protected := stack.protection():
        say(protected)
        return 1
    if not stack.is_empty():
        prepared = prepare()
        say_which_plugin(prepared.toolchain)
        if code := run_engine(prepared, ["destroy", "--yes", "--skip-preview", "--stack", STACK, *arguments]):
            return code
    elif arguments:
        raise UsageError(f"nothing is deployed, so {arguments[0]!r} does nothing: `./run down` stops the sandbox")
    say("the sandbox is stopped" if sandbox_process.stop() else "nothing is running")
    return 0
