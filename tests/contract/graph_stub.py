"""A Graph on loopback with just enough memory for the recorded scenarios; it writes down what it is asked.

It is not the sandbox on purpose: the stand-in and the sandbox come from the same facts, so each needs its own judge.
"""

import json
import ssl
from collections.abc import Generator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import trustme

from tests.contract.graph_answers import answer, error
from tests.contract.graph_world import Asked, Body, GraphStub


def _handler(stub: GraphStub) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            text = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            if self.path.startswith("/metadata/"):
                self._send(200, _metadata(stub), {})
            elif self.path.endswith("/oauth2/v2.0/token"):
                stub.sign_ins.append(self.path)
                self._send(200, {"token_type": "Bearer", "expires_in": 3600, "access_token": stub.token}, {})
            else:
                self._graph(json.loads(text) if text else None)

        do_POST = do_PUT = do_PATCH = do_DELETE = do_GET  # noqa: N815  the base class calls them so

        def _graph(self, body: Body | None) -> None:
            stub.asked.append(Asked(self.command, self.path, body))
            for fault in stub.faults:
                if fault.times and fault.method == self.command and self.path.endswith(fault.ending):
                    fault.times -= 1
                    return self._send(fault.status, error("BadRequest", fault.message), fault.headers)
            return self._send(*answer(stub, self.command, self.path, body), {})

        def _send(self, status: int, body: Body | None, headers: dict[str, str]) -> None:
            data = b"" if body is None else json.dumps(body).encode()
            self.send_response(status)
            for name, value in {**headers, "Content-Type": "application/json", "Content-Length": len(data)}.items():
                self.send_header(name, str(value))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the base class names it so
            """Log nothing."""

    return Handler


def _metadata(stub: GraphStub) -> Body:
    return {
        "name": "ProbeCloud",
        "resourceManager": f"{stub.url}/",
        "microsoftGraphResourceId": f"{stub.url}/",
        "authentication": {"loginEndpoint": stub.url},
    }


@contextmanager
def graph_stub(folder: Path) -> Generator[GraphStub]:
    """Serve one stub on a free port of 127.0.0.1."""
    authority = trustme.CA()
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    key_and_chain = folder / "server.pem"
    authority.issue_cert("127.0.0.1").private_key_and_cert_chain_pem.write_to_path(str(key_and_chain))
    tls.load_cert_chain(key_and_chain)
    ca_file = folder / "ca.pem"
    authority.cert_pem.write_to_path(str(ca_file))
    stub = GraphStub("", ca_file)
    with ThreadingHTTPServer(("127.0.0.1", 0), _handler(stub)) as server:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
        stub.url = f"https://127.0.0.1:{server.server_port}"
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        yield stub
        server.shutdown()
        thread.join()
