"""What comes after a kill: `scimctl recover` on the workspace's stack, and the same command once more."""

import os
import time
from collections.abc import Mapping
from pathlib import Path

from tests.e2e.killed.operation import Operation
from tests.e2e.workspace import Run, Workspace

_ADOPT_ONCE = {"GREENLAKE_ADOPT_ONCE": "true"}
_LONG_AGO_S = 3600


def die_long_ago(backend: Path) -> None:
    """Let everything that a killed run wrote be older than any orphan: the plugins were killed with the engine."""
    moment = time.time() - _LONG_AGO_S
    for path in backend.rglob("*.json"):
        os.utime(path, (moment, moment))


def recover(workspace: Workspace) -> Mapping[str, str]:
    """Clear what the run left; return the variables for the next run."""
    die_long_ago(workspace.root / "backend")
    said = workspace.scimctl("recover", "--yes", "--json")
    assert said.code == 0, said.err
    return _ADOPT_ONCE if said.data["adoptOnce"] else {}


def again(workspace: Workspace, operation: Operation, variables: Mapping[str, str]) -> Run:
    """Run the operation's command once more."""
    return workspace.pulumi(operation.command, "--yes", "--skip-preview", **variables)
