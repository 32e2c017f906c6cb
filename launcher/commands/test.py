"""`./run test`: every check and every test."""

import os

from launcher.commands.parser import Command
from launcher.deployment.preparation import say_which_plugin, toolchain
from launcher.processes import in_front


def work(arguments: list[str]) -> int:
    """Run pytest."""
    chosen = [argument for argument in arguments if argument != "--full"]
    tools = toolchain(with_tests=True)
    say_which_plugin(tools)
    # Two workers more than cores, since runs of the engine also wait; the tests of a file share what is slow to make.
    spread = [] if chosen else ["-n", str((os.cpu_count() or 1) + 2), "--dist", "loadfile"]
    everything = {"GREENLAKE_SCIM_FULL": "true"} if "--full" in arguments else {}
    ours = {**tools.settings, "GREENLAKE_SCIM_ENGINE_PATH": str(tools.engine), "PYTHONUNBUFFERED": "1", **everything}
    # The tests start Python a thousand times, and each would compile the whole project if nothing may be kept.
    inherited = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return in_front([tools.python, "-m", "pytest", *spread, *chosen], {**inherited, **ours})


COMMAND = Command("test", work, hands_over=True)
