"""The part of the control API that only the benchmark needs: one world made new, its log and its tokens."""

import json
import sys
from collections.abc import Mapping, Sequence
from typing import Any

from launcher.deployment.environment import World
from launcher.deployment.sandbox_control import Control, Json

_WORLD = "bench"
_LOST_ANSWER = {"service": "proxytoken", "method": "POST", "path": "/rotate$", "when": "after", "action": "reset"}


class BenchControl(Control):
    """The control API of the benchmark's own sandbox, for its one world."""

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
        return self._send("GET", f"/requests?since={sys.maxsize}")["last"]

    def tokens(self) -> list[Json]:
        """Return every token that was ever issued, oldest first."""
        return self.snapshot(_WORLD)["tokens"]

    def last_cycle(self) -> Json | None:
        """Return the latest cycle that has ended."""
        jobs = self.snapshot(_WORLD)["jobs"]
        return jobs[0]["status"].get("lastExecution") if jobs else None

    def _send(self, method: str, path: str, body: Mapping[str, object] | Sequence[object] | None = None) -> Any:
        return self._request(method, f"/sandbox/worlds/{_WORLD}{path}", "" if body is None else json.dumps(body))
