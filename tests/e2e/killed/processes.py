"""An engine with its plugins as processes that can be hit: all of them, or the engine alone."""

import os
import signal
import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from tests.e2e.killed.operation import Operation
from tests.e2e.workspace import Workspace

PATIENCE_S = 300.0
_LOOK_S = 0.02


class Engine:
    """A run of the engine in its own session: its plugins leave its process group, and not its session."""

    def __init__(self, workspace: Workspace, operation: Operation, log: Path) -> None:
        command = ["pulumi", "--non-interactive", "--color", "never", operation.command, "--yes", "--skip-preview"]
        with log.open("wb") as output:
            self._process = subprocess.Popen(
                [*command, "--stack", workspace.stack],
                cwd=workspace.root,
                env={
                    **workspace.environ,
                    "PYTHONHASHSEED": "random",
                },  # so that no Python is forked
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    @property
    def has_ended(self) -> bool:
        return self._process.poll() is not None

    def send(self, number: signal.Signals) -> None:
        """Signal the engine alone."""
        self._process.send_signal(number)

    def kill_alone(self) -> None:
        """Kill the engine; its plugins go on."""
        self._process.kill()
        self._process.wait()

    def kill_all(self) -> None:
        """Kill whatever of the session lives."""
        kill_session(self._process.pid)
        self._process.wait()


def kill_session(session: int) -> None:
    """Kill every process of a session and wait for their end."""
    for pid in _members(session):
        with suppress(ProcessLookupError):  # it ended by itself just now
            os.kill(pid, signal.SIGKILL)
    wait_for(lambda: not _members(session), "the killed processes to end")


def wait_for(done: Callable[[], bool], what: str, seconds: float = PATIENCE_S) -> None:
    """Wait for a condition; AssertionError if it does not come."""
    until = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < until, f"waited without success for {what}"
        time.sleep(_LOOK_S)


def _members(session: int) -> list[int]:
    """List the processes of a session that have not ended."""
    found: list[int] = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):  # it ended by itself just now
            state, _parent, _group, its_session = path.read_text().rpartition(")")[2].split()[:4]
            if int(its_session) == session and state != "Z":
                found.append(int(path.parent.name))
    return found
