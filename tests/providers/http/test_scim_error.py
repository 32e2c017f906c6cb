"""The status with which a SCIM server refused is read, from its own error and from Entra's words about it."""

import json
from typing import Any

import pytest

from providers.http.error_body import ErrorBody, read_error
from tests.providers.http.test_error_body import INNER, read


@pytest.mark.parametrize(("status", "read_as"), [("409", 409), (409, 409), (None, 400), ("no", 400)])
def test_an_error_of_scim_is_read_with_its_status(status: Any, read_as: int) -> None:
    body = {
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:Error"],
        "status": status,
        "scimType": "uniqueness",
        "detail": "userName is taken",
    }

    assert read(body) == ErrorBody("uniqueness", "userName is taken", refused_with=read_as)
    assert read_error(f"StatusCode: Conflict. Web Response: {json.dumps(body)}. Retried 0 times.") == read(body)


@pytest.mark.parametrize(
    "body",
    [
        {"schema": ["urn:ietf:params:scim:api:messages:2.0:Error"], "status": "400", "detail": "It is unparsable."},
        {"status": "400", "response": {"schemas": "urn:ietf:params:scim:api:messages:2.0:Error", "status": "400"}},
    ],
)
def test_an_error_of_scim_is_one_in_the_forms_that_servers_really_send(body: dict[str, Any]) -> None:
    assert read(body).refused_with == 400


@pytest.mark.parametrize("body", [INNER, {"detail": "Not found", "status": 404, "title": "x"}, {}])
def test_no_other_error_is_one_of_scim(body: dict[str, Any]) -> None:
    assert read(body).refused_with is None


@pytest.mark.parametrize(
    ("words", "status"),
    [
        ("StatusCode: Unauthorized\nMessage: Processing of the HTTP request resulted in an exception.", 401),
        ("StatusCode: TooManyRequests Web Response: <html>slow down</html>", 429),
        ("We received this unexpected response from your application: Status Code: 503", 503),
        ('StatusCode: BadGateway Web Response: {"message":"no healthy upstream"}', 502),
        ("StatusCode: NotFound Web Response: <html>", None),  # an address that the service does not know
        ("StatusCode: MethodNotAllowed", None),
        ("StatusCode: OK Web Response: <html>", None),
        ("StatusCode: SomethingNew", None),
        ("The status of the code is 401", None),
        ("An HTTP/401 Unauthorized response was returned rather than the expected HTTP/200 OK response.", 401),
        ("An HTTP/404 Not Found response was returned rather than the expected HTTP/200 OK response.", None),
        ("The expected HTTP/200 did not come, but HTTP/1.1 503 Service Unavailable", 503),
        ("See https://example.com/HTTP/401k", None),
    ],
)
def test_the_status_of_an_answer_that_is_reported_in_words_is_read(words: str, status: int | None) -> None:
    assert read_error(words).refused_with == status
    assert read({"error": {"code": "ServiceIncompatible", "message": words}}).refused_with == status


def test_greenlakes_own_error_within_entras_words_has_its_status() -> None:
    body = {"httpStatusCode": 401, "errorCode": "HPE_GL_IAM_EXPIRED_TOKEN", "message": "The token was expired."}

    said = read_error(f"Message: x. Web Response: {json.dumps(body)}")

    assert (said.code, said.refused_with) == ("HPE_GL_IAM_EXPIRED_TOKEN", 401)
