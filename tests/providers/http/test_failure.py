"""Of the reasons of a client for a failed connection, only an untrusted certificate is final, with its reason."""

import json

import pytest

from providers.http import Answer, Call
from providers.http.failure import refusal, untrusted

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


@pytest.mark.parametrize(
    ("body", "code", "said"),
    [
        (b"", "invalid_token", " invalid_token (The token expired)"),
        (b"<html>", "invalid_token", " invalid_token (The token expired)"),
        (json.dumps({"detail": "No."}).encode(), "", " (No.)"),
    ],
)
def test_an_error_without_a_text_is_explained_by_its_challenge(body: bytes, code: str, said: str) -> None:
    sent = "Bearer Xq7Rt2Lm9Pz4Kd8W"
    call = Call("Service: do it", "GET", "https://service.example", headers={"Authorization": sent})
    challenge = f'{sent}, error="invalid_token", error_description="The token expired"'

    error = refusal(call, Answer("it", 401, "", body), {"www-authenticate": challenge})

    assert str(error).startswith(f"Service: do it was answered 401{said}: ")
    assert getattr(error, "code", None) == code


@pytest.mark.parametrize("body", [b"<html>Blocked by policy</html>", b"\xef\xbb\xbf\n<!DOCTYPE html>", b" <?xml?>"])
def test_a_page_with_an_error_status_is_named_before_what_the_service_would_mean(body: bytes) -> None:
    call = Call("Service: do it", "GET", "https://service.example", hints={403: "grant it"})

    assert str(refusal(call, Answer("it", 403, "text/html", body), {})) == (
        "Service: do it was answered 403: a page answered, as of a proxy or a firewall: check the address and the "
        "network; if not, grant it"
    )
    assert str(refusal(call, Answer("it", 503, "text/html", body), {})).endswith("503: run again later")


@pytest.mark.parametrize("body", [b"RBAC: access denied", b" RBAC: access denied\n", b'"RBAC: access denied"'])
def test_a_line_of_a_gateway_is_shown(body: bytes) -> None:
    call = Call("Service: do it", "GET", "https://service.example", hints={403: "grant it"})

    assert str(refusal(call, Answer("it", 403, "text/plain", body), {})) == (
        "Service: do it was answered 403 (RBAC: access denied): a gateway answered, not the service itself: check the "
        "address and the network; if not, grant it"
    )


@pytest.mark.parametrize(
    "body", [b"two\nlines", b"\x00\x01binary", b"\xff\xfe", b"word " * 99, b"[]", b"{not json}", b"404", b"<p>", b"'"]
)
def test_only_a_line_of_words_is_shown(body: bytes) -> None:
    call = Call("Service: do it", "GET", "https://service.example", hints={403: "grant it"})

    assert str(refusal(call, Answer("it", 403, "text/plain", body), {})).startswith("Service: do it was answered 403: ")


@pytest.mark.parametrize(
    ("status", "said", "todo"),
    [
        (403, "Out of call volume quota.", "run again later"),
        (403, "API rate limit exceeded", "run again later"),
        (409, "Due to multiple concurrent requests conflict, please retry.", "run again later"),
        (407, "Not you.", "a proxy or the network wants a sign-in: check HTTPS_PROXY"),
        (511, "Sign in.", "a proxy or the network wants a sign-in: check HTTPS_PROXY"),
        (501, "Not supported.", "the service cannot do this: check the address"),
        (403, "Not you.", "grant it"),
    ],
)
def test_what_to_do_follows_from_the_words_and_the_status_before_the_usual_cause(
    status: int, said: str, todo: str
) -> None:
    call = Call("Service: do it", "GET", "https://service.example", hints={403: "grant it"})
    body = json.dumps({"message": said}).encode()

    assert str(refusal(call, Answer("it", status, "", body), {})) == (
        f"Service: do it was answered {status} ({said}): {todo}"
    )
