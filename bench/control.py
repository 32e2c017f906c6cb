"""A sandbox and a folder for the benchmark alone, and the part of the control API that only it needs."""

import json
import shutil
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from launcher.deployment import sandbox_process
from launcher.deployment.environment import World
from launcher.deployment.preparation import Toolchain
from launcher.deployment.sandbox_control import Control, Json
from launcher.locks import locked
from launcher.paths import STATE

_WORLD = "bench"
_LOST_ANSWER = {"service": "proxytoken", "method": "POST", "path": "/rotate$", "when": "after", "action": "reset"}
_BEYOND = 999_999_999_999  # no request has a higher number
_FREE_PORTS = [word for option in sandbox_process.PORT_OPTIONS for word in (option, "0")]


class BenchControl(Control):
    """The control API of the benchmark's own sandbox, for its one world; `folder` is removed at the end."""

    @property
    def folder(self) -> Path:
        """Return the folder for everything else."""
        return self.state.parent

    @property
    def bench_world(self) -> World:
        """Return the world, which is made at the first time."""
        return self.world(_WORLD)

    def begin(self, settings: Mapping[str, object]) -> None:
        """Make the world new, as nothing was ever deployed to it, with these settings."""
        self._send("POST", "/reset")
        self._send("PATCH", "", settings)

    def lose_an_answer(self) -> None:
        """Let the next rotation happen and its answer get lost."""
        self._send("PUT", "/faults", [_LOST_ANSWER])

    def entries(self, after: int) -> list[Json]:
        """Return the requests to the world after a number, which has to be one of the latest."""
        return self._send("GET", f"/requests?since={after}")["requests"]

    def last_request(self) -> int:
        """Return the number of the latest request, without the requests."""
        return self._send("GET", f"/requests?since={_BEYOND}")["last"]

    def tokens(self) -> list[Json]:
        """Return every token that was ever issued, oldest first."""
        return self.snapshot(_WORLD)["tokens"]

    def last_cycle(self) -> Json | None:
        """Return the latest cycle that has ended."""
        jobs = self.snapshot(_WORLD)["jobs"]
        return jobs[0]["status"].get("lastExecution") if jobs else None

    def _send(self, method: str, path: str, body: Mapping[str, object] | Sequence[object] | None = None) -> Any:
        return self._request(method, f"/sandbox/worlds/{_WORLD}{path}", "" if body is None else json.dumps(body))


@contextmanager
def bench_sandbox(tools: Toolchain) -> Generator[BenchControl]:
    """Run the sandbox while the block runs, after ending what a benchmark that was killed left there."""
    folder = STATE / "bench"
    state = folder / "sandbox"
    with locked(STATE / "bench.lock", to="end its benchmark"):
        sandbox_process.stop(state)
        shutil.rmtree(folder, ignore_errors=True)
        try:
            yield BenchControl(sandbox_process.start(tools.venv_bin, _FREE_PORTS, state).entra, state)
        finally:
            sandbox_process.stop(state)
            shutil.rmtree(folder, ignore_errors=True)
