"""The engine's connection to its target: HTTP/1.1 over verified TLS, kept open from request to request.

A cycle sends thousands of requests, one after the other, in the process that also answers them: a general HTTP client
took more than a third of its time. The target is a port of this sandbox, whose answers have a length.
"""

import asyncio
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

from sandbox.provisioning.scim.refusals import EntryError

_TIMEOUT_S = 20.0
_BODILESS = (204, 304)


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status_code: int
    content: bytes


class Connection:
    """One connection, made at the first request, and made anew when it was closed or the address has changed."""

    def __init__(self, trust: ssl.SSLContext) -> None:
        self._trust = trust
        self._address = ("", 0)
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def aclose(self) -> None:
        """End the connection."""
        self._close()

    async def request(self, method: str, url: str, *, headers: Mapping[str, str], content: bytes) -> Answer:
        """Send a request and return the answer; EntryError, in Entra's codes, if there is none within 20 s."""
        # A timer of the loop: a cancel scope, or a second task, would cost a tenth of a request
        timer = asyncio.get_running_loop().call_later(_TIMEOUT_S, self._close)
        try:
            return await self._exchange(method, url, headers, content)
        except (OSError, EOFError, LookupError, ValueError, asyncio.LimitOverrunError) as error:
            if timer.when() <= asyncio.get_running_loop().time():
                raise EntryError("Timeout", "The application did not answer in time.") from None
            reason = f"The application could not be reached: {type(error).__name__}."
            raise EntryError("WebExceptionProtocolError", reason) from None
        finally:
            timer.cancel()

    async def _exchange(self, method: str, url: str, headers: Mapping[str, str], content: bytes) -> Answer:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port or 443
        target = quote(parts.path, safe="/%:@") + (f"?{parts.query}" if parts.query else "")
        named = {"Host": f"{host}:{port}", **headers, "Content-Length": str(len(content))}
        lines = [f"{method} {target} HTTP/1.1", *(f"{name}: {value}" for name, value in named.items())]
        if not all(line.isprintable() for line in lines):
            raise ValueError
        head = "\r\n".join((*lines, "", "")).encode("ascii")
        reader, writer = await self._opened(host, port)
        try:
            writer.write(head + content)
            status, answered = await _head(reader)
            body = await reader.readexactly(0 if status in _BODILESS else int(answered["content-length"]))
        except BaseException:
            self._close()  # in the middle of an exchange: nothing can follow on it
            raise
        if answered.get("connection", "").lower() == "close":
            self._close()
        return Answer(status, body)

    async def _opened(self, host: str, port: int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        if self._streams and self._address == (host, port) and not self._streams[0].at_eof():
            return self._streams
        self._close()
        self._address = (host, port)
        self._streams = await asyncio.open_connection(host, port, ssl=self._trust, ssl_handshake_timeout=_TIMEOUT_S)
        return self._streams

    def _close(self) -> None:
        if self._streams:
            self._streams[1].transport.abort()
        self._streams = None


async def _head(reader: asyncio.StreamReader) -> tuple[int, dict[str, str]]:
    """Read the status and the headers of an answer."""
    first, *lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    pairs = (line.partition(":") for line in lines)
    return int(first.split(" ")[1]), {name.lower(): value.strip() for name, _, value in pairs}
