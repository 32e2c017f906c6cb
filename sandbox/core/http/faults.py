"""Faults on demand: what a network or a service does at its worst, at one exchange, a number of times."""

import asyncio
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

from starlette.datastructures import MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sandbox.core.http.addressing import world_of
from sandbox.core.http.connections import Connections
from sandbox.core.http.journal import NO_WORLD, client_of
from sandbox.core.json_types import is_object

Action = Literal["status", "reset", "truncate", "empty", "html", "delay", "redirect", "hold"]
_LOOK_S = 0.02
_HALF = b'{"value": [{"id": "'
_PAGE = b"<!DOCTYPE html><html><body><h1>This page is not what you asked for</h1></body></html>"


class FaultError(ValueError):
    """A fault is not described as it must be; one line with what is wrong."""


@dataclass(frozen=True)
class Fault:
    """What happens to requests that match: `service` and `method` "" match all, `path` is a regular expression.

    `client` "program" spares the requests of the sandbox's own provisioning engine, "engine" all others.
    The first `skip` matches are let through, the next `times` suffer it. `when` "after" does the work first and then
    lets the answer come to harm. `status`, `headers` and `body` belong to the action "status"; "redirect" takes its
    Location from `headers`; `delay_s` comes before every action. "hold" keeps the request until the faults are
    replaced, then it goes on as if nothing had been; if its client goes away first, nothing more is done for it.
    """

    service: str = ""
    method: str = ""
    path: str = ""
    client: Literal["", "program", "engine"] = ""
    skip: int = 0
    times: int = 1
    when: Literal["before", "after"] = "before"
    status: int = 503
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    body: str = ""
    delay_s: float = 0
    action: Action = "status"

    def matches(self, scope: Scope) -> bool:
        """Return whether the request is one of those."""
        return (
            self.service in ("", scope["state"]["service"])
            and self.method in ("", scope["method"])
            and re.search(self.path, scope["path"]) is not None
            and self.client in ("", client_of(scope) or "program")
        )


def parse(value: Any) -> Fault:
    """Read a fault from JSON; raises FaultError."""
    if not is_object(value):
        raise FaultError("a fault is a JSON object")
    defaults = {name: getattr(Fault(), name) for name in Fault.__dataclass_fields__}
    for name, setting in value.items():
        if name not in defaults:
            raise FaultError(f"a fault has no {name!r}: it has {', '.join(defaults)}")
        if not isinstance(setting, (int, float) if name == "delay_s" else type(defaults[name])):
            raise FaultError(f"{name} of a fault cannot be {setting!r}")
    fault = Fault(**value)
    if fault.action not in get_args(Action) or fault.when not in ("before", "after"):
        raise FaultError(f"a fault's action is one of {', '.join(get_args(Action))}, its when before or after")
    if not 100 <= fault.status <= 599 or {type(value) for value in fault.headers.values()} - {str}:
        raise FaultError("a fault's status is an HTTP status, its headers are texts")
    if fault.client not in ("", "program", "engine"):
        raise FaultError("a fault's client is program or engine, or empty for both")
    try:
        re.compile(fault.path)
    except re.error as error:
        raise FaultError(f"path of a fault is not a regular expression: {error}") from None
    return fault


class Faults:
    """The faults that wait for each world, in memory: a restart clears them."""

    def __init__(self) -> None:
        self._waiting: dict[str, list[Waiting]] = {}

    def replace(self, world: str, faults: list[Fault]) -> None:
        """Set a world's faults; requests that the former ones hold go on."""
        for item in self._waiting.get(world, []):
            item.released.set()
        self._waiting[world] = [Waiting(fault, fault.skip, fault.times) for fault in faults]

    def remaining(self, world: str) -> list[dict[str, Any]]:
        """List a world's faults, with how often each is still to be skipped and to happen."""
        return [vars(item.fault) | {"skip": item.skip, "times": item.times} for item in self._waiting.get(world, [])]

    def due(self, scope: Scope) -> "Waiting | None":
        """Return the fault that this request suffers, and count it."""
        world = world_of(scope)
        for item in self._waiting.get(world.name if world else NO_WORLD, []):
            if item.times > 0 and item.fault.matches(scope) and item.counted():
                return item
        return None


@dataclass
class Waiting:
    """A fault that was asked for, how often it is still to be skipped and to happen, and whether it was replaced."""

    fault: Fault
    skip: int
    times: int
    released: asyncio.Event = field(default_factory=asyncio.Event)

    def counted(self) -> bool:
        """Count one match and return whether it suffers the fault."""
        if self.skip > 0:
            self.skip -= 1
            return False
        self.times -= 1
        return True


class FaultMiddleware:
    """Lets the due fault happen to a request."""

    def __init__(self, app: ASGIApp, faults: Faults, connections: Connections) -> None:
        self._app = app
        self._faults = faults
        self._connections = connections

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve the request, or spoil it."""
        due = self._faults.due(scope) if scope["state"]["service"] != "control" else None
        if due is None:
            await self._app(scope, receive, send)
            return
        fault = due.fault
        answer = await self._work(scope, receive) if fault.when == "after" else None
        await asyncio.sleep(fault.delay_s)
        if fault.action == "hold" and await self._client_left(scope, due.released):
            return
        if fault.action == "reset":
            self._connections.drop(scope)
        elif fault.action == "truncate":
            await self._truncate(answer, scope, send)
        elif fault.action not in ("delay", "hold"):
            await _spoilt(fault)(scope, receive, send)
        elif answer:
            await answer.replay(send)
        else:
            await self._app(scope, receive, send)

    async def _client_left(self, scope: Scope, released: asyncio.Event) -> bool:
        """Wait until the client has gone, which is True, or the request is released."""
        while self._connections.has(scope):
            if released.is_set():
                return False
            await asyncio.sleep(_LOOK_S)
        return True

    async def _work(self, scope: Scope, receive: Receive) -> "_Answer":
        answer = _Answer()
        await self._app(scope, receive, answer.keep)
        return answer

    async def _truncate(self, answer: "_Answer | None", scope: Scope, send: Send) -> None:
        """Promise more bytes than are sent, then end the connection."""
        whole = answer.body if answer and answer.body else _HALF * 2
        start: Message = answer.start if answer else {"type": "http.response.start", "status": 200, "headers": []}
        headers = MutableHeaders(raw=list(start["headers"]))
        headers["content-length"] = str(len(whole))
        headers.setdefault("content-type", "application/json")
        await send({**start, "headers": headers.raw})
        await send({"type": "http.response.body", "body": whole[: len(whole) // 2], "more_body": True})
        self._connections.drop(scope)


class _Answer:
    """An answer that was kept back."""

    def __init__(self) -> None:
        self.start: Message = {}
        self.body = b""

    async def keep(self, message: Message) -> None:
        """Take one message of the answer."""
        if message["type"] == "http.response.start":
            self.start = message
        self.body += message.get("body", b"")

    async def replay(self, send: Send) -> None:
        """Let the answer go after all."""
        await send(self.start)
        await send({"type": "http.response.body", "body": self.body})


def _spoilt(fault: Fault) -> Response:
    """Return what is sent instead of an answer."""
    if fault.action == "empty":
        return Response(b"", media_type="application/json", headers=dict(fault.headers))
    if fault.action == "html":
        return Response(_PAGE, media_type="text/html", headers=dict(fault.headers))
    if fault.action == "redirect":
        return Response(status_code=307, headers={"location": "https://127.0.0.1:9/", **fault.headers})
    body = fault.body or json.dumps({"error": {"code": "Fault", "message": "asked for through the control API"}})
    return Response(body, fault.status, media_type="application/json", headers=dict(fault.headers))
