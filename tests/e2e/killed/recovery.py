"""What comes after a kill: the launcher's recovery on the workspace's stack, and the same command once more."""

import sys
from collections.abc import Mapping

from launcher.recovery import adoption, clearing
from launcher.recovery.killed_run import Stack, left_by_killed_run
from tests.e2e.killed.operation import Operation
from tests.e2e.workspace import Run, Workspace

NO_ORPHAN_S = 0.0  # the plugins were killed with the engine, or have ended their call


def recover(workspace: Workspace) -> Mapping[str, str]:
    """Clear what the run left; return the variables for the next run."""
    stack = Stack(
        name=workspace.stack,
        backend=workspace.root / "backend",
        pulumi="pulumi",
        python=sys.executable,
        directory=workspace.root,
        environment=workspace.environ,
    )
    run = left_by_killed_run(stack)
    clearing.wait_for_orphans(run, NO_ORPHAN_S)
    if run.left_something:
        clearing.clear(stack, run)
    return adoption.ADOPT_ONCE if run.made_a_token else {}


def again(workspace: Workspace, operation: Operation, variables: Mapping[str, str]) -> Run:
    """Run the operation's command once more."""
    return workspace.pulumi(operation.command, "--yes", "--skip-preview", **variables)
