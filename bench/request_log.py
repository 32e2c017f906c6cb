"""The part of the control API that only the benchmark needs: the request log, and a world made new."""

from bench.exchanges import Request
from launcher.deployment.sandbox_control import Control

NO_WORLD = "-"  # whose log has the requests that name no tenant, such as those for the cloud's metadata


class RequestLog(Control):
    """The control API of the benchmark's own sandbox."""

    def last(self, world: str) -> int:
        """Return the number of the latest request to any world."""
        return self._request("GET", f"/sandbox/worlds/{world}/requests")["last"]

    def since(self, world: str, number: int) -> list[Request]:
        """Return what reached a world, or none, after a number."""
        return [
            request
            for name in (world, NO_WORLD)
            for request in self._request("GET", f"/sandbox/worlds/{name}/requests?since={number}")["requests"]
        ]

    def reset(self, world: str) -> None:
        """Make a world as it was at first: nothing was ever deployed to it."""
        self._request("POST", f"/sandbox/worlds/{world}/reset")
