"""The open connections of both ports, so that a fault can end one in the middle of an answer."""

import asyncio
import socket
import struct

from starlette.types import Scope
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

_RESET = struct.pack("ii", 1, 0)


class Connections:
    """Transports by the client's address and the server's port."""

    def __init__(self) -> None:
        self._open: dict[tuple[object, ...], asyncio.Transport] = {}

    def protocol(self) -> type[HttpToolsProtocol]:
        """Return uvicorn's HTTP/1.1 protocol, made to enter its connections here."""
        known = self._open

        class KnownConnection(HttpToolsProtocol):
            def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
                super().connection_made(transport)
                known[_address(self.client, self.server)] = transport

            def connection_lost(self, exc: Exception | None) -> None:
                known.pop(_address(self.client, self.server), None)
                super().connection_lost(exc)

            def shutdown(self) -> None:
                super().shutdown()
                if self.transport.is_closing():
                    self.transport.abort()  # an idle peer takes its time over the TLS goodbye

        return KnownConnection

    def has(self, scope: Scope) -> bool:
        """Return whether a request's connection is still there."""
        return _address(scope["client"], scope["server"]) in self._open

    def drop(self, scope: Scope) -> None:
        """End a request's connection with a TCP reset: no answer, no TLS goodbye."""
        transport = self._open.get(_address(scope["client"], scope["server"]))
        if transport is None:
            return
        plain: socket.socket = transport.get_extra_info("socket")
        plain.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
        transport.abort()


def _address(client: tuple[str, int] | None, server: tuple[str, int | None] | None) -> tuple[object, ...]:
    return (*(client or ()), *(server or ()))
