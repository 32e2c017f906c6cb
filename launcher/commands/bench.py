"""`./run bench`: how fast the program is, and what a rotation does to pushes; measured by `bench/`."""

import os

from launcher.commands.parser import Command
from launcher.deployment.preparation import toolchain
from launcher.processes import in_front


def work(arguments: list[str]) -> int:
    """Run it in the virtual environment, once there is an engine."""
    return in_front([toolchain().python, "-m", "bench", *arguments], os.environ)


COMMAND = Command("bench", work, hands_over=True)
