"""The engine's own HTTP client, against a target that answers by a script."""

import asyncio
import ssl
from collections.abc import Sequence
from contextlib import aclosing

import pytest
import trustme

from sandbox.provisioning.scim.connection import Answer, Connection
from sandbox.provisioning.scim.refusals import EntryError

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
DONE = b"HTTP/1.1 204 No Content\r\n\r\n"
LAST = b"HTTP/1.1 200 OK\r\nConnection: close\r\ncontent-length: 2\r\n\r\nok"
NEVER = "WebExceptionProtocolError"


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


def answers(authority: trustme.CA, script: Sequence[Sequence[bytes]], sent: str = "any") -> list[Answer | str]:
    """Serve one connection for each line of a script, which ends after its answers; return what the client saw."""
    serving, trusting = (ssl.SSLContext(kind) for kind in (ssl.PROTOCOL_TLS_SERVER, ssl.PROTOCOL_TLS_CLIENT))
    authority.issue_cert("127.0.0.1").configure_cert(serving)  # pyright: ignore[reportUnknownMemberType]
    authority.configure_trust(trusting)  # pyright: ignore[reportUnknownMemberType]
    connections = iter(script)

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for answer in next(connections):
            await reader.readuntil(b"\r\n\r\n")
            writer.write(answer)
        writer.close()

    async def run() -> list[Answer | str]:
        server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=serving)
        url, seen = f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}/Users", list[Answer | str]()
        async with server, aclosing(Connection(trusting)) as connection:
            for _ in [answer for line in script for answer in line] or [b""]:
                try:
                    seen.append(await connection.request("GET", url, headers={"Authorization": sent}, content=b""))
                except EntryError as error:
                    seen.append(error.code)
                await asyncio.sleep(0.05)  # until the end of the connection has arrived
        return seen

    return asyncio.run(run())


@pytest.mark.parametrize(
    ("script", "seen"),
    [
        ([[OK, DONE, OK]], [Answer(200, b"ok"), Answer(204, b""), Answer(200, b"ok")]),
        ([[OK], [OK]], [Answer(200, b"ok")] * 2),
        ([[LAST], [OK]], [Answer(200, b"ok")] * 2),
        ([[OK[:-1]], [OK]], [NEVER, Answer(200, b"ok")]),
        ([[OK[:9]], [b""], [OK]], [NEVER, NEVER, Answer(200, b"ok")]),
        ([[b"HTTP/1.1 200 OK\r\n\r\n"], [b"220 mail ready\r\n\r\n"], [OK]], [NEVER, NEVER, Answer(200, b"ok")]),
    ],
    ids=["kept open", "ended by the target", "ended as announced", "cut", "no answer", "no HTTP"],
)
def test_an_answer_that_is_not_whole_is_an_error_and_the_next_request_has_a_connection(
    authority: trustme.CA, script: list[list[bytes]], seen: list[Answer | str]
) -> None:
    assert answers(authority, script) == seen


@pytest.mark.parametrize("token", ["a\r\nX-More: b", "naïve"])
def test_a_token_that_no_header_can_hold_is_never_sent(authority: trustme.CA, token: str) -> None:
    assert answers(authority, [], token) == [NEVER]
