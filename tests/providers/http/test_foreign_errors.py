"""What services, frameworks, gateways and firewalls answer is shown with its own code, sentence and id."""

import gzip
import json
from typing import Any

import pytest

from providers.errors import UnexpectedAnswerError
from providers.http import Answer, Call
from providers.http.failure import refusal
from providers.http.transport import BODY_CAP
from tests.providers.calling import answered, refused
from tests.providers.tls_service import Service, answer

CALL = Call("Service: do it", "GET", "https://service.example", hints={403: "grant it"})
OWN = {"errorCode": "HPE_GL_ERROR_FORBIDDEN", "message": "Not for you"}
SAID = "HPE_GL_ERROR_FORBIDDEN (Not for you)"
A_PAGE = "a page answered, as of a proxy or a firewall: check the address and the network; if not, grant it"
SOAP = (
    '<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Body><s:Fault><s:Code><s:Value>s:Sender</s:Value>'
    '</s:Code><s:Reason><s:Text xml:lang="en">It is not for you</s:Text></s:Reason></s:Fault></s:Body></s:Envelope>'
)


def said(body: Any, status: int = 403, kind: str = "application/json", **headers: Any) -> str:
    """Return what is shown of an answer, between its status and what to do."""
    content = body if isinstance(body, bytes) else body.encode() if isinstance(body, str) else json.dumps(body).encode()
    answer = Answer("it", status, kind, content, "Mon, 30 Nov 2026 20:00:00 GMT")
    return str(refusal(CALL, answer, {name.replace("_", "-"): value for name, value in headers.items()})).removeprefix(
        f"Service: do it was answered {status} "
    )


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        (["Invalid token."], "(Invalid token.)"),
        ([["Invalid token."]], "(Invalid token.)"),
        ([{}, {"name": ["It may not be blank."]}], "(name: It may not be blank.)"),
        ({"name": ["It may not be blank."]}, "(name: It may not be blank.)"),
        ({"profile": {"email": ["It is not valid."]}}, "(profile.email: It is not valid.)"),
        ({"name": ["It is bad."], "non_field_errors": ["All is bad."]}, "(All is bad.; name: It is bad.)"),
        ({"errors": [{"attr": "name", "code": "required", "detail": "It must be."}]}, "required (name: It must be.)"),
        ([{"message": "It has ended", "errorCode": "INVALID_SESSION_ID"}], "INVALID_SESSION_ID (It has ended)"),
        ({"title": "No.", "errors": [{"detail": "too old", "pointer": "#/age"}]}, "(#/age: too old)"),
        ({"type": "https://x.example/probs/no-credit", "title": "No credit."}, "no-credit (No credit.)"),
        ({"type": "about:blank", "title": "No credit."}, "(No credit.)"),
        ({"type": "https://www.rfc-editor.org/rfc/rfc9110#section-15", "title": "Bad."}, "(Bad.)"),
        ({"__type": "com.amazonaws#AccessDenied", "Message": "No."}, "AccessDenied (No.)"),
        ({"errors": [{"message": "No.", "extensions": {"code": "UNAUTHENTICATED"}}]}, "UNAUTHENTICATED (No.)"),
        ({"errors": [{"code": 10000, "message": "It is bad"}]}, "10000 (It is bad)"),
        ({"code": 403, "message": "It is bad"}, "(It is bad)"),
        ({"error": "Access has been disallowed"}, "(Access has been disallowed)"),
        ({"error": "Forbidden", "message": "No."}, "Forbidden (No.)"),
        (
            {"errorMessages": ["It is bad."], "errors": {"summary": "It is needed."}},
            "(It is bad.; summary: It is needed.)",
        ),
        ({"description": "Bad.", "details": {"email": [{"description": "It is taken"}]}}, "(Bad.; email: It is taken)"),
        ({"message": {"en": "It is bad", "de": "Es taugt nichts"}}, "(It is bad)"),
        ({"userMessage": "It is bad", "data": "not shown"}, "(userMessage: It is bad)"),
        ({"data": {"error": {"message": "It is bad"}}}, "(It is bad)"),
        ("It is bad.", "(It is bad.)"),
        ('"It is bad."', "(It is bad.)"),
        (b"error=invalid_client&error_description=It+is+bad", "invalid_client (It is bad)"),
        (json.dumps(json.dumps(OWN)), SAID),
    ],
)
def test_an_error_of_any_framework_is_shown(body: Any, shown: str) -> None:
    assert said(body).startswith(f"{shown}: ")


@pytest.mark.parametrize(
    "encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "latin-1", "cp1252"]
)
@pytest.mark.parametrize("letters", ["Not for you", "Für Sie nicht"])
def test_it_is_read_in_any_encoding(encoding: str, letters: str) -> None:
    body = json.dumps(OWN | {"message": letters}, ensure_ascii=False).encode(encoding)

    assert said(body) == f"HPE_GL_ERROR_FORBIDDEN ({letters}): grant it"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-32-be"])
@pytest.mark.parametrize(
    "body",
    [
        '{"message": "No: correct\\/horse&battery+st\u00e4ple"}',
        '{"message": "No: correct\\u002fhorse\\u0026battery\\u002Bst\\u00e4ple"}',
        json.dumps(
            {"error": json.dumps({"message": json.dumps({"message": "No: correct/horse&battery+st\u00e4ple"})})}
        ),
        '{"message": "No: correct/horse&amp;battery&#43;st&auml;ple"}',
        "<title>No: correct&sol;horse&amp;battery&#43;st&#xE4;ple</title>",
        "<error><message>No: correct&#x2f;horse&#38;battery&plus;st&auml;ple</message></error>",
        "error=x&error_description=No:+correct%2Fhorse%26battery%2bst%C3%A4ple",
        '{"message": "No: correct%252Fhorse%2526battery%252Bst%25C3%25A4ple"}',
        '["No: correct/horse&battery+st\u00e4ple"]',
        '"No: correct/horse&battery+st\u00e4ple"',
    ],
)
def test_a_secret_that_was_sent_is_not_shown_however_it_is_written(body: str, encoding: str) -> None:
    call = Call("Service: do it", "POST", "https://service.example", secrets=["correct/horse&battery+st\u00e4ple"])

    assert "No: [...]" in str(refusal(call, Answer("it", 400, "application/json", body.encode(encoding)), {}))


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        ("<Error><Code>AccessDenied</Code><Message>No.</Message></Error>", "AccessDenied (No.)"),
        (
            "\ufeff<?xml version='1.0'?><m:error><m:code>Denied</m:code><m:message>No.</m:message></m:error>",
            "Denied (No.)",
        ),
        (SOAP, "(It is not for you)"),
        ("<Fault><faultcode>Client</faultcode><faultstring>It is bad</faultstring></Fault>", "Client (It is bad)"),
        (
            "<html><head><title>Request Rejected</title></head><body>Your support ID is: 8721364912387461238<br>",
            "(Request Rejected; support ID 8721364912387461238)",
        ),
        (
            "<HTML><TITLE>Access Denied</TITLE>Reference&#32;&#35;18&#46;7d1f2a3b&#46;1700000000&#46;4c5d6e7f",
            "(Access Denied; Reference 18.7d1f2a3b.1700000000.4c5d6e7f)",
        ),
        (
            "<!DOCTYPE html><title>Access denied</title><p>Ray ID: 7d1f2a3b4c5d6e7f",
            "(Access denied; Ray ID 7d1f2a3b4c5d6e7f)",
        ),
        ("<title>Error</title>\n<pre>Cannot POST /it</pre>", "(Cannot POST /it)"),
        ("<html><body><h1>It is blocked</h1>not shown</body></html>", "(It is blocked)"),
    ],
)
def test_xml_and_pages_are_shown_by_their_sentence_and_the_id_for_support(body: str, shown: str) -> None:
    assert said(body, kind="text/html") == f"{shown}: {A_PAGE}"


def test_a_challenge_explains_more_than_the_page_beside_it() -> None:
    page, challenge = "<title>401 - Unauthorized</title>", 'Bearer error="invalid_token"'

    assert said(page, kind="text/html", www_authenticate=challenge).startswith("invalid_token: ")
    assert said(page, kind="text/html", www_authenticate="Negotiate").startswith("(401 - Unauthorized): ")


@pytest.mark.parametrize(
    ("name", "id_"),
    [
        ("cf-ray", "7d1f2a3b4c5d6e7f-FRA"),
        ("x-azure-ref", "20261130T100000Z-r1f2a3b4c5d6e7f8hC1FRA0000000001"),
        ("x-amzn-requestid", "aaaabbbb-1111-4222-8333-ccccdddd0001"),
        ("x-kong-request-id", "656c76696e6727732072657175657374"),
    ],
)
def test_the_id_of_a_gateway_is_taken_from_its_header(name: str, id_: str) -> None:
    assert said({"message": "No."}, 403, **{name: id_}) == f"(No.; {name} {id_}): grant it"


@pytest.mark.parametrize(
    ("status", "body", "headers", "todo"),
    [
        (429, {}, {"retry-after": "300"}, "run again after 2026-11-30T20:05:00Z"),
        (503, {}, {"retry-after": "Mon, 30 Nov 2026 20:05:00 GMT"}, "run again after 2026-11-30T20:05:00Z"),
        (429, {"message": "Try again in 5 minutes."}, {}, "run again after 2026-11-30T20:05:00Z"),
        (
            403,
            {"message": "Out of call volume quota, replenished in 02:00:00."},
            {},
            "run again after 2026-11-30T22:00:00Z",
        ),
        (429, {}, {"retry-after": "20"}, "run again later"),
        (429, {}, {"retry-after": "9" * 400}, "run again later"),
        (403, {"message": "It was made in 5 minutes."}, {}, "grant it"),
        (403, {"message": "Rate limit reached."}, {"ratelimit-reset": "300"}, "run again after 2026-11-30T20:05:00Z"),
        (429, {}, {"ratelimit": '"default";r=0;t=300'}, "run again after 2026-11-30T20:05:00Z"),
        (500, {}, {"x-ratelimit-reset": "300"}, "run again later"),
        (502, {"message": "Please try again."}, {"ratelimit-reset": "300"}, "run again later"),
        (504, {"message": "The upstream request timed out after 60 seconds"}, {}, "run again later"),
    ],
)
def test_a_wait_that_no_call_outlasts_is_shown_as_the_moment_of_its_end(
    status: int, body: Any, headers: dict[str, str], todo: str
) -> None:
    given: Any = headers
    assert said(body, status, **given).split("): ")[-1].removeprefix(": ").split(f"answered {status}: ")[-1] == todo


def test_an_answer_is_unpacked_although_no_header_names_its_packing(service: Service) -> None:
    service.answers(answer(200, gzip.compress(b'{"well": "done"}')))
    assert answered(service).json() == {"well": "done"}

    service.answers(answer(400, gzip.compress(json.dumps(OWN).encode())))
    assert SAID in str(refused(service))

    service.answers(answer(200, gzip.compress(b" " * BODY_CAP)))
    assert len(answered(service).body) == BODY_CAP

    service.answers(answer(200, gzip.compress(b" " * (BODY_CAP + 1))))
    assert "the answer is larger than 8 MiB" in str(refused(service))


def test_a_page_with_a_status_of_success_is_named_by_its_title(service: Service) -> None:
    service.answers(answer(200, b"<title>Request Rejected</title>", Content_Type="text/html"))

    assert str(refused(service)).startswith(
        "Service: do it was answered 200 with 31 bytes of text/html (Request Rejected) that are not JSON: "
    )


@pytest.mark.parametrize("secret", ["correct-horse-battery", "s3cr+t/Value~12"])
@pytest.mark.parametrize("page", ["<pre>token %s</pre>", "<message>%s</message>", "<title>Sign in: %s</title>"])
def test_a_page_with_a_status_of_success_shows_nothing_else(service: Service, page: str, secret: str) -> None:
    service.answers(answer(200, (page % secret).replace("+", "&#43;").encode("utf-16"), Content_Type="text/html"))

    shown = str(refused(service, secrets=[secret]))

    assert f"of text/html{' (Sign in: [...])' if 'title' in page else ''} that are not JSON: " in shown


@pytest.mark.parametrize("name", ["title", "message", "pre"])
def test_of_an_answer_that_is_neither_json_nor_a_page_nothing_is_shown(service: Service, name: str) -> None:
    service.answers(answer(200, f'{{"{name}": "my secret phrase"}}, '.encode()))

    with pytest.raises(UnexpectedAnswerError) as caught:
        answered(service).json()

    assert "of application/json that are not JSON: " in str(caught.value)


@pytest.mark.parametrize(
    "body",
    [
        {"input": ["my secret phrase"]},
        {"errors": {"rejectedValue": "my secret phrase"}},
        {"errors": [{"type": "missing", "value": ["my secret phrase"]}]},
        {"request": {"body": {"note": ["my secret phrase"]}}},
        {"request": {"details": ["my secret phrase"]}},
        {"profile": {"new_password": ["my secret phrase"]}},
        {"clientSecret": ["my secret phrase"], "api-key": ["my secret phrase"]},
        {"body": ["my secret phrase"]},
        {"args": ["my secret phrase"]},
    ],
)
def test_fields_that_repeat_what_was_sent_are_not_shown(body: Any) -> None:
    assert "secret" not in said(body)


def test_a_problem_in_a_part_of_the_request_is_shown() -> None:
    assert said({"details": {"body": [{"message": "It is too long"}]}}) == "(body: It is too long): grant it"
