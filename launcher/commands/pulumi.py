"""`./run pulumi`: the engine itself, pointed at the sandbox."""

from launcher.commands.parser import Command
from launcher.deployment import stack
from launcher.deployment.engine_run import run_engine
from launcher.deployment.preparation import prepare
from launcher.progress import say


def work(arguments: list[str]) -> int:
    """Run the engine on the user's terminal."""
    prepared = prepare()
    stack.ensure(prepared)
    code = run_engine(prepared, arguments)
    if code and arguments[:1] == ["destroy"] and (protected := stack.protection()):
        say(protected)
    return code


COMMAND = Command("pulumi", work, hands_over=True)
