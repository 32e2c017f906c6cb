"""A TLS server on 127.0.0.1 that answers exactly as a test wants, and as slowly."""

import contextlib
import json
import socket
import socketserver
import ssl
import struct
import threading
import time
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.utils import formatdate
from pathlib import Path
from typing import Any

import trustme

Step = Callable[[socket.socket], None]


@dataclass(frozen=True)
class Seen:
    """One request as it arrived; header names in lower case."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes


@dataclass
class Service:
    """`script` holds what is answered next; its last step is repeated forever. `seen` is what was asked.

    `connections` counts also those on which nothing was.
    """

    url: str = ""
    connections: int = 0
    script: list[Step] = field(default_factory=list[Step])
    seen: list[Seen] = field(default_factory=list[Seen])

    def answers(self, *steps: Step) -> None:
        self.script[:] = steps

    def next_step(self) -> Step:
        return self.script.pop(0) if len(self.script) > 1 else self.script[0]


def answer(status: int = 200, body: Any = None, **headers: str) -> Step:
    """Answer at once; a body that is not bytes is sent as JSON, and a header "" is left out."""
    content = body if isinstance(body, bytes) else json.dumps(body if body is not None else {}).encode()
    known = {"Content-Type": "application/json", "Date": formatdate(usegmt=True), "Content-Length": str(len(content))}
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    lines = [f"{name}: {value}" for name, value in {**known, **given, "Connection": "close"}.items() if value]
    return raw(f"HTTP/1.1 {status} X\r\n".encode() + "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + content)


def raw(text: bytes) -> Step:
    """Answer these bytes."""
    return lambda connection: connection.sendall(text)


def reset(connection: socket.socket) -> None:
    """Tear the connection down without an answer."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def late(seconds: float, step: Step) -> Step:
    """Answer after a while."""

    def wait(connection: socket.socket) -> None:
        time.sleep(seconds)
        step(connection)

    return wait


def drip(head: bytes, drop: bytes, every: float) -> Step:
    """Answer drop by drop, without end."""

    def fall(connection: socket.socket) -> None:
        connection.sendall(head)
        while True:
            connection.sendall(drop)
            time.sleep(every)

    return fall


@contextmanager
def serving(certificate: trustme.LeafCert) -> Generator[Service]:
    """Run a service until the end of the block."""
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(tls)  # pyright: ignore[reportUnknownMemberType] - it also takes what pyOpenSSL has
    service = Service()

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            service.connections += 1
            # A client that gives up on an answer, as the tests make the clients do, leaves a broken connection behind.
            with contextlib.suppress(OSError), tls.wrap_socket(self.request, server_side=True) as connection:
                seen = _request(connection)
                if seen:
                    service.seen.append(seen)
                    service.next_step()(connection)

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True
        block_on_close = False
        allow_reuse_address = True

    with Server(("127.0.0.1", 0), Handler) as server:
        service.url = f"https://127.0.0.1:{server.server_address[1]}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield service
        finally:
            server.shutdown()
            thread.join()


def authority(folder: Path) -> tuple[trustme.LeafCert, Path]:
    """Return a certificate for 127.0.0.1 and the file that makes clients trust it."""
    ca = trustme.CA()
    trusted = folder / "ca.pem"
    ca.cert_pem.write_to_path(trusted)
    return ca.issue_cert("127.0.0.1"), trusted


def _request(connection: socket.socket) -> Seen | None:
    """Read a request; None where the client leaves without one."""
    with connection.makefile("rb") as stream:
        first = stream.readline().decode("latin-1")
        if not first:
            return None
        method, target, _ = first.split(" ")
        headers: dict[str, str] = {}
        while line := stream.readline().decode("latin-1").strip():
            name, _, value = line.partition(":")
            headers[name.lower()] = value.strip()
        body = stream.read(int(headers.get("content-length", "0")))
    return Seen(method, target, headers, body)
