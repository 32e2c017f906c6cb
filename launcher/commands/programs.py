"""The programs that `./run` starts: the engine and `scimctl`, pointed at the sandbox, the tests, and the benchmark."""

import os

from launcher import virtual_environment
from launcher.commands.parser import Parser
from launcher.deployment import ca_bundle, sandbox_process, stack
from launcher.deployment.engine_run import run_engine
from launcher.deployment.environment import BY_RUN, shell_lines
from launcher.deployment.preparation import prepare, say_which_plugin, toolchain
from launcher.errors import SandboxError
from launcher.paths import STATE
from launcher.progress import say, show
from scimctl.engine.in_front import in_front


def pulumi(arguments: list[str]) -> int:
    """Run the engine on the user's terminal."""
    prepared = prepare()
    stack.ensure(prepared)
    code = run_engine(prepared, arguments)
    if code and arguments[:1] == ["destroy"] and (protected := stack.protection()):
        say(protected)
    return code


def scimctl(arguments: list[str]) -> int:
    """Run it on the user's terminal; help needs neither the engine nor the sandbox."""
    words = ["--help"] if arguments in ([], ["help"]) else arguments
    if not {"--help", "-h", "--version"}.isdisjoint(words):
        python = str(virtual_environment.bin_folder() / "python")
        return in_front([python, "-m", "scimctl", *words], {**os.environ, **BY_RUN})
    if not sandbox_process.running():
        raise SandboxError(
            "nothing is deployed, and the sandbox does not run: `./run up`"
            if stack.is_empty()
            else "the sandbox does not run: start it with `./run sandbox start`"
        )
    prepared = prepare()
    stack.ensure(prepared)
    return in_front([prepared.toolchain.python, "-m", "scimctl", *words], {**prepared.environment, **BY_RUN})


def recover(arguments: list[str]) -> int:
    """Show, wait, clear; in the sandbox nobody has to be asked."""
    Parser("recover").parse_args(arguments)
    if not stack.CHECKPOINT.exists():
        say("there is nothing to clear")
        return 0
    return scimctl(["recover", "--yes"])


def env(arguments: list[str]) -> int:
    """Print the lines, and nothing else, to stdout."""
    Parser("env").parse_args(arguments)
    prepared = prepare()
    stack.ensure(prepared)
    trust = ca_bundle.settings(STATE, prepared.toolchain.venv_bin.parent, os.environ)
    show("\n".join(shell_lines({**prepared.settings, **trust}, os.environ)))
    return 0


def test(arguments: list[str]) -> int:
    """Run pytest."""
    chosen = [argument for argument in arguments if argument != "--full"]
    tools = toolchain(with_tests=True)
    say_which_plugin(tools)
    # Two workers more than cores, since runs of the engine also wait; the tests of a file share what is slow to make.
    spread = [] if chosen else ["-n", str((os.cpu_count() or 1) + 2), "--dist", "loadfile"]
    everything = {"GREENLAKE_SCIM_FULL": "true"} if "--full" in arguments else {}
    ours = {**tools.settings, "GREENLAKE_SCIM_ENGINE_PATH": str(tools.engine), "PYTHONUNBUFFERED": "1", **everything}
    return in_front([tools.python, "-m", "pytest", *spread, *chosen], {**os.environ, **ours})


def bench(arguments: list[str]) -> int:
    """Run it in the virtual environment, once there is an engine."""
    return in_front([toolchain().python, "-m", "bench", *arguments], os.environ)
