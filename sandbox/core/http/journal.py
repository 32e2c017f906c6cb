"""The request log: what reached the sandbox, so that tests can count calls; never a header, a body or a secret."""

import itertools
import time
from collections import deque
from dataclasses import asdict, dataclass
from datetime import datetime, timezone
from typing import Any

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sandbox.core.http.addressing import bearer_of, fingerprint, world_of

ENGINE_USER_AGENT = "greenlake-scim-sandbox-engine"
NO_WORLD = "-"
_KEPT = 50_000


@dataclass(frozen=True)
class JournalEntry:
    """One request; `status` 0 means that the connection ended without an answer.

    `at` is when it came, in UTC to the millisecond; `token` the fingerprint of the proxy token that a SCIM request
    presented, so that the uses of a token can be followed, "" for every other request.
    """

    seq: int
    at: str
    service: str
    method: str
    path: str
    query: str
    status: int
    duration_ms: float
    client: str
    token: str

    @property
    def failed(self) -> bool:
        """Return whether it got no answer, or an error other than that what it reads or deletes is gone."""
        is_gone = self.status == 404 and self.method in ("GET", "DELETE")
        return self.status == 0 or (self.status >= 400 and not is_gone)


@dataclass(frozen=True)
class Pushes:
    """How many requests the engine sent, and how many of them failed."""

    sent: int = 0
    failed: int = 0


class Journal:
    """The last 50,000 requests of each world, in memory; numbers go on when entries are cleared."""

    def __init__(self) -> None:
        self._entries: dict[str, deque[JournalEntry]] = {}
        self._pushes: dict[str, Pushes] = {}
        self._numbers = itertools.count(1)
        self.last = 0

    def newest(self, world: str, count: int) -> list[JournalEntry]:
        """List the requests of a world that came last, newest first."""
        return list(itertools.islice(reversed(self._entries.get(world, ())), count))

    def pushes(self, world: str) -> Pushes:
        """Count what the provisioning engine sent for a world since the sandbox started, cleared entries included."""
        return self._pushes.get(world, Pushes())

    def since(self, world: str, seq: int) -> list[dict[str, Any]]:
        """List a world's requests with a higher number."""
        return [asdict(entry) for entry in self._entries.get(world, ()) if entry.seq > seq]

    def clear(self, world: str) -> None:
        """Forget a world's requests."""
        self._entries.pop(world, None)

    def add(self, scope: Scope, status: int, at: str, duration_s: float) -> None:
        """Note one request of either port."""
        world = world_of(scope)
        self.last = next(self._numbers)
        entry = JournalEntry(
            seq=self.last,
            at=at,
            service=scope["state"]["service"],
            method=scope["method"],
            path=scope["path"],
            query=scope["query_string"].decode("latin-1"),
            status=status,
            duration_ms=round(duration_s * 1000, 2),
            client=client_of(scope),
            token=_token_of(scope),
        )
        name = world.name if world else NO_WORLD
        self._entries.setdefault(name, deque(maxlen=_KEPT)).append(entry)
        if entry.client:
            before = self.pushes(name)
            self._pushes[name] = Pushes(before.sent + 1, before.failed + entry.failed)


def client_of(scope: Scope) -> str:
    """Name who sent a request: "engine" for the sandbox's own provisioning engine, "" for anybody else."""
    return "engine" if Headers(scope=scope).get("user-agent") == ENGINE_USER_AGENT else ""


def _token_of(scope: Scope) -> str:
    bearer = bearer_of(Headers(scope=scope)) if scope["state"]["service"] == "scim" else ""
    return fingerprint(bearer) if bearer else ""


class JournalMiddleware:
    """Writes every request into the journal, but for those to the control API."""

    def __init__(self, app: ASGIApp, journal: Journal) -> None:
        self._app = app
        self._journal = journal

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve the request and note its status."""
        if scope["state"]["service"] == "control":
            await self._app(scope, receive, send)
            return
        status = 0
        began = time.perf_counter()
        at = datetime.now(timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")

        async def watch(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, watch)
        finally:
            self._journal.add(scope, status, at, time.perf_counter() - began)
