"""One stand-in for all runs on a stack, to which the engine attaches: to start one costs each run 0.5 s of CPU."""

import shutil
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager

from tests.e2e.workspace import DEBUG_PROVIDERS, PLUGIN, PROJECT, Workspace
from tests.sandbox.driver import PATIENCE_S


@contextmanager
def attached(workspace: Workspace) -> Generator[None]:
    """Let the engine attach to a stand-in that signs in as the workspace does; the real plugin is started as ever."""
    if shutil.which(PLUGIN):
        yield
        return
    command = [sys.executable, "-m", "azuread_stand_in", "no engine"]
    with subprocess.Popen(command, cwd=PROJECT, env=workspace.environ, stdout=subprocess.PIPE, text=True) as stand_in:
        try:
            assert stand_in.stdout
            workspace.environ[DEBUG_PROVIDERS] = f"azuread:{stand_in.stdout.readline().strip()}"
            yield
        finally:
            del workspace.environ[DEBUG_PROVIDERS]
            stand_in.kill()
            stand_in.communicate(timeout=PATIENCE_S)
