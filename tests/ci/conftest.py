"""A repository on GitHub's side, an issuer of identity tokens, and a deployed workspace."""

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest

from tests.ci.github_server import GitHub, serving
from tests.e2e.conftest import up

__all__ = ["up"]


@pytest.fixture
def github() -> Iterator[GitHub]:
    with serving() as repository:
        yield repository


@pytest.fixture
def issuer() -> Iterator[str]:
    """The address at which a runner hands out identity tokens; the token names what it was asked for."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer("value")

        def do_POST(self) -> None:
            self._answer("oidcToken")

        def _answer(self, name: str) -> None:
            content = json.dumps({name: f"canary {self.headers['Authorization']} {self.path}"}).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - http.server's own name
            """Log nothing."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/token?api-version=2"
    server.shutdown()
    thread.join()
    server.server_close()
