"""Ask the Pulumi engine about the stack: it alone knows the backend, the secrets provider and what is selected."""

import os
import re
import shutil
import subprocess
from collections.abc import Sequence

from providers.errors import ConfigurationError, ProvisioningError, masked

_ERROR = re.compile(r"^error: (.*)$", re.MULTILINE)


class EngineError(ProvisioningError):
    """The engine did not do what it was asked; in its own words."""


def ask(arguments: Sequence[str], stack: str) -> str:
    """Run a command of the engine in this folder, which has to be the project's, and return what it printed.

    `stack` is "" for the one that is selected. Raises EngineError, and ConfigurationError where there is no engine.
    """
    done = run(arguments, stack)
    if done.returncode != 0:
        said = _ERROR.findall(done.stderr) or [f"exit code {done.returncode}"]
        raise EngineError(f"`pulumi {arguments[0]}` failed: {masked(said[0])}: see that it works by itself")
    return done.stdout


def run(arguments: Sequence[str], stack: str) -> "subprocess.CompletedProcess[str]":
    """Run a command of the engine; whoever calls judges its exit code."""
    chosen = ["--stack", stack] if stack else []
    command = [program(), *arguments, *chosen, "--non-interactive", "--color", "never"]
    return subprocess.run(command, env=os.environ, capture_output=True, text=True, check=False)


def program() -> str:
    """Return the path of the engine."""
    found = shutil.which("pulumi")
    if found is None:
        raise ConfigurationError("pulumi is not on PATH: install it, or use `./run scimctl` for the sandbox")
    return found
