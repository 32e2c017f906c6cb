"""`./run down`: the way back from `./run up`."""

from launcher.commands.engine_options import check_options
from launcher.deployment import sandbox_process, stack
from launcher.deployment.engine_run import run_engine
from launcher.deployment.environment import STACK
from launcher.deployment.preparation import prepare, say_which_plugin, toolchain
from launcher.progress import say


def work(arguments: list[str]) -> int:
    """Destroy what there is, then stop."""
    if protected := stack.protection():
        say(protected)
        return 1
    if arguments or not stack.is_empty():
        code = _destroy(arguments)
        if code:
            return code
    say("the sandbox is stopped" if sandbox_process.stop() else "nothing is running")
    return 0


def _destroy(options: list[str]) -> int:
    tools = toolchain()
    check_options(tools.pulumi, "destroy", options)
    if stack.is_empty():
        return 0
    prepared = prepare(tools)
    say_which_plugin(tools)
    return run_engine(prepared, ["destroy", "--yes", "--skip-preview", "--stack", STACK, *options])
