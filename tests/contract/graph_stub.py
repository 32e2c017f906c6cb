"""A Graph on loopback with just enough memory for the recorded scenarios; it writes down what it is asked.

It is not the sandbox on purpose: the stand-in and the sandbox come from the same facts, so each needs its own judge.
"""

import json
import ssl
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import trustme

from tests import http_server
from tests.contract.graph_answers import answer, error
from tests.contract.graph_world import Asked, Body, GraphStub


def _answer(stub: GraphStub, request: http_server.Asked) -> http_server.Answer:
    if request.path.startswith("/metadata/"):
        return _json(200, _metadata(stub), {})
    if request.path.endswith("/oauth2/v2.0/token"):
        stub.sign_ins.append(request.path)
        return _json(200, {"token_type": "Bearer", "expires_in": 3600, "access_token": stub.token}, {})
    body: Body | None = json.loads(request.body) if request.body else None
    stub.asked.append(Asked(request.method, request.path, body))
    for fault in stub.faults:
        if fault.times and fault.method == request.method and request.path.endswith(fault.ending):
            fault.times -= 1
            return _json(fault.status, error("BadRequest", fault.message), fault.headers)
    return _json(*answer(stub, request.method, request.path, body), {})


def _json(status: int, body: Body | None, headers: dict[str, str]) -> http_server.Answer:
    return status, b"" if body is None else json.dumps(body).encode(), {**headers, "Content-Type": "application/json"}


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
    with http_server.answering(lambda request: _answer(stub, request), tls) as port:
        stub.url = f"https://127.0.0.1:{port}"
        yield stub
