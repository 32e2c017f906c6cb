"""Of what a client says of a connection that failed, only a certificate that is not trusted is final, and says why."""

import pytest

from providers.http import Call
from providers.http.failure import untrusted

CALL = Call("Graph: list jobs", "GET", "https://graph.example:8443/v1.0/jobs")
TOLD = "Graph: list jobs: the certificate of graph.example:8443 is not trusted"
ADVICE = ": if the address is right, add the CA that signed it to the file in SSL_CERT_FILE"


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("certificate verify failed (_ssl.c:997)", ""),
        (
            "certificate verify failed: Hostname mismatch, certificate is not valid for 'graph.example'. (_ssl.c:1006)",
            " (Hostname mismatch, certificate is not valid for 'graph.example'.)",
        ),
        (
            "retries exceeded (SSLError(1, 'certificate verify failed: certificate has expired (_ssl.c:1006)'))",
            " (certificate has expired)",
        ),
    ],
)
def test_the_reason_is_reported_where_the_client_gives_one(said: str, why: str) -> None:
    assert str(untrusted(CALL, said)) == f"{TOLD}{why}{ADVICE}"


def test_any_other_failure_may_pass() -> None:
    assert untrusted(CALL, "[Errno 111] Connection refused") is None
