"""The part of the control API that a case needs: the world's behaviour, its log as it grows, its tokens."""

import json
import sys
from collections.abc import Mapping, Sequence

from bench.request_log import RequestLog
from bench.rotation.story import StoryEntry, TokenEntry
from launcher.deployment.sandbox_control import Json

WORLD = "bench"
LOST_ANSWER = {"service": "proxytoken", "method": "POST", "path": "/rotate$", "when": "after", "action": "reset"}


class Steering(RequestLog):
    """The control API of the benchmark's own sandbox, for its one world."""

    def begin(self, settings: Mapping[str, object]) -> None:
        """Make the world new, with these settings."""
        self.reset(WORLD)
        self._send("PATCH", "", settings)

    def lose_an_answer(self) -> None:
        """Let the next rotation happen and its answer get lost."""
        self._send("PUT", "/faults", [LOST_ANSWER])

    def entries(self, after: int) -> list[StoryEntry]:
        """Return the requests to the world after a number."""
        return self._request("GET", f"/sandbox/worlds/{WORLD}/requests?since={after}")["requests"]

    def last_request(self) -> int:
        """Return the number of the latest request, without the requests."""
        return self._request("GET", f"/sandbox/worlds/{WORLD}/requests?since={sys.maxsize}")["last"]

    def tokens(self) -> list[TokenEntry]:
        """Return every token that was ever issued, oldest first."""
        return self._request("GET", f"/sandbox/worlds/{WORLD}")["tokens"]

    def last_cycle(self) -> Json | None:
        """Return the latest cycle that has ended."""
        jobs = self.snapshot(WORLD)["jobs"]
        return jobs[0]["status"].get("lastExecution") if jobs else None

    def _send(self, method: str, path: str, body: Mapping[str, object] | Sequence[object]) -> None:
        self._request(method, f"/sandbox/worlds/{WORLD}{path}", json.dumps(body))
