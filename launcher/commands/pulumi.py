"""`./run pulumi`: the engine itself, pointed at the sandbox."""

from launcher.commands.command import Command
from launcher.deployment import stack
from launcher.deployment.engine_run import run_engine
from launcher.deployment.preparation import prepare
from launcher.progress import say

HELP = """\
usage: ./run pulumi ARGS...

Run the Pulumi engine with the environment of the sandbox and its stack selected. Starts the sandbox where needed.

  ./run pulumi preview                                 what would `up` do?
  ./run pulumi preview --refresh --expect-no-changes   has anything drifted? exit code 0 is no
  ./run pulumi stack output                            ids, times, the token's fingerprint
  ./run pulumi config                                  the stack's settings
  ./run pulumi help                                    Pulumi's own help

It runs in the project's folder and exits with Pulumi's own code. The same in your own shell: eval "$(./run env)"."""


def work(arguments: list[str]) -> int:
    """Run the engine on the user's terminal."""
    prepared = prepare()
    stack.ensure(prepared)
    code = run_engine(prepared, arguments)
    if code and arguments[:1] == ["destroy"] and (protected := stack.protection()):
        say(protected)
    return code


COMMAND = Command("pulumi", "run the Pulumi engine against the sandbox", HELP, work)
