"""An error is read for its cause, whichever service it came from and however deep the cause is inside."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from providers.http.error_body import ErrorBody, read_error
from providers.masking import BRIEF

INNER: dict[str, Any] = {
    "error": {
        "code": "CredentialValidationUnavailable",
        "message": "An error occurred while sending the request.",
        "target": None,
        "details": [],
        "innerError": None,
    }
}
OUTER = {"date": "2026-11-29T16:00:00", "request-id": "aaaabbbb-1111-4222-8333-ccccdddd0001"}
BAD_REQUEST: dict[str, Any] = {
    "httpStatusCode": 400,
    "errorCode": "HPE_GL_ERROR_BAD_REQUEST",
    "message": "BAD REQUEST",
    "debugId": "12312-123123-123123-1231212",
    "errorDetails": [
        {
            "type": "hpe.greenlake.bad_request",
            "issues": [
                {"source": "query.parameter", "subject": "remove-current", "description": "Must be true or false."},
                {"source": "field", "subject": "items[0].grn", "description": "items[0].grn must be a GRN"},
            ],
        }
    ],
}


def read(body: Any) -> ErrorBody:
    return read_error(json.dumps(body).encode())


def wrapped(message: str, code: str = "UnknownError") -> dict[str, Any]:
    return {"error": {"code": code, "message": message, "innerError": OUTER}}


@pytest.mark.parametrize(
    "message",
    [
        json.dumps(INNER),
        json.dumps(INNER, indent=2).replace("\n", "\r\n"),
        json.dumps(json.dumps(INNER)),
        json.dumps(INNER).replace('"', '\\"'),
        json.dumps(wrapped(json.dumps(INNER))),
        f"Message: it failed. Response: {json.dumps(INNER)} (no retry)",
        json.dumps(INNER["error"]),
        json.dumps({"odata.error": INNER["error"]}),
    ],
)
@pytest.mark.parametrize("outer", ["UnknownError", "BadRequest", ""])
def test_an_error_inside_of_the_message_is_the_cause(message: str, outer: str) -> None:
    assert read(wrapped(message, outer)) == ErrorBody(
        "CredentialValidationUnavailable",
        "An error occurred while sending the request.",
        ("request-id aaaabbbb-1111-4222-8333-ccccdddd0001",),
    )


@pytest.mark.parametrize("envelope", ["error", "odata.error"])
@pytest.mark.parametrize("message", ["Not for you.", {"lang": "en", "value": "Not for you."}])
def test_graphs_error_is_read_in_every_envelope(envelope: str, message: Any) -> None:
    body = {envelope: {"code": "Authorization_IdentityNotFound", "message": message, "requestId": OUTER["request-id"]}}

    assert read(body) == ErrorBody(
        "Authorization_IdentityNotFound", "Not for you.", (f"requestId {OUTER['request-id']}",)
    )


def test_the_code_of_an_inner_error_is_the_cause_and_the_sentence_stays() -> None:
    inner = {"code": "invalidRange", "innererror": {"code": "TooLarge"}, **OUTER}

    said = read({"error": {"code": "BadRequest", "message": "The range is wrong.", "innerError": inner}})

    assert (said.code, said.text) == ("TooLarge", "The range is wrong.")


def test_details_are_reported_with_what_they_are_about() -> None:
    details = [{"code": "ObjectConflict", "message": "It is there already.", "target": "proxyAddresses"}]

    said = read({"error": {"code": "Request_BadRequest", "message": "It conflicts.", "details": details}})

    assert (said.code, said.text) == ("Request_BadRequest", "It conflicts.; proxyAddresses: It is there already.")


def test_greenlakes_error_is_read_with_its_issues_and_its_id() -> None:
    assert read(BAD_REQUEST) == ErrorBody(
        "HPE_GL_ERROR_BAD_REQUEST",
        "BAD REQUEST; remove-current: Must be true or false.; items[0].grn must be a GRN",
        ("debugId 12312-123123-123123-1231212",),
        refused_with=400,
    )


@pytest.mark.parametrize(
    "id_",
    [
        *("12312-123123-123123-1231212", "860a9caa39ffa07effc84d6da9173236", OUTER["request-id"]),
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
    ],
)
def test_an_id_that_support_asks_for_is_shown(id_: str) -> None:
    assert read({"errorCode": "HPE_GL_ERROR_FORBIDDEN", "debugId": id_}).ids == (f"debugId {id_}",)


@pytest.mark.parametrize("name", ["exceptionRequestId", "ray_id", "activityId", "operation-id", "transaction_id"])
def test_an_id_is_shown_under_the_name_that_a_gateway_gives_it(name: str) -> None:
    assert read({"message": "No.", name: OUTER["request-id"]}).ids == (f"{name} {OUTER['request-id']}",)


def test_the_status_of_grpc_in_words_is_the_code() -> None:
    said = read({"error": {"code": 403, "message": "No.", "status": "PERMISSION_DENIED"}})

    assert (said.code, said.text) == ("PERMISSION_DENIED", "No.")


def test_an_id_under_two_names_is_shown_once() -> None:
    ids = {"request-id": OUTER["request-id"], "client-request-id": OUTER["request-id"]}

    assert read({"error": {"code": "BadRequest", "innerError": ids}}).ids == (f"request-id {OUTER['request-id']}",)


@pytest.mark.parametrize("id_", ["eyJ0eXAi.eyJpc3Mi0.c2lnbmF0dXJl", "0123456789abcdef" * 4, "", 7, None, "a b"])
def test_what_is_not_an_id_is_not_shown_as_one(id_: Any) -> None:
    assert read({"errorCode": "HPE_GL_ERROR_FORBIDDEN", "debugId": id_}).ids == ()


@pytest.mark.parametrize(
    ("detail", "seconds"),
    [
        ({"type": "hpe.greenlake.retry_info", "retryAfterSeconds": 30}, 30.0),
        ({"type": "hpe.greenlake.retry_info", "retryAfterMs": 1500}, 1.5),
        ({"retry_after": "7"}, 7.0),
        ({"retryAfterSeconds": -1}, None),
        ({"retryAfterSeconds": True}, None),
        ({"retryAfterSeconds": "soon"}, None),
        ({}, None),
    ],
)
def test_the_time_to_wait_is_read_wherever_it_stands(detail: dict[str, Any], seconds: float | None) -> None:
    body = {"httpStatusCode": 429, "errorCode": "HPE_GL_ERROR_TOO_MANY_REQUESTS", "errorDetails": [detail]}

    assert read(body).retry_after == seconds
    assert read({"errors": [body]}).retry_after == seconds


def test_of_several_errors_the_first_is_read() -> None:
    body = {"errors": [{"errorCode": "HPE_GL_AUTHORIZATION_RESOURCE_CONFLICT", "message": "It exists"}, BAD_REQUEST]}

    assert read(body).code == "HPE_GL_AUTHORIZATION_RESOURCE_CONFLICT"


@pytest.mark.parametrize(
    ("body", "code", "text"),
    [
        ({"error": "invalid_client"}, "invalid_client", ""),
        (
            {"error": "invalid_scope", "error_description": "The scope is not known."},
            "invalid_scope",
            "The scope is not known.",
        ),
        (
            {"error": "invalid_client", "error_description": "AADSTS7000215: Invalid client secret provided."},
            "AADSTS7000215",
            "AADSTS7000215: Invalid client secret provided.",
        ),
    ],
)
def test_an_error_of_oauth_is_read(body: dict[str, Any], code: str, text: str) -> None:
    said = read({**body, "trace_id": OUTER["request-id"]})

    assert (said.code, said.text, said.ids) == (code, text, (f"trace_id {OUTER['request-id']}",))


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ({"message": "Bad credentials"}, "Bad credentials"),
        ({"Message": "No HTTP resource."}, "No HTTP resource."),
        ({"fault": {"faultstring": "Invalid Access Token"}}, "Invalid Access Token"),
        ({"errors": ["name is required", "too long"]}, "name is required; too long"),
        ({"message": ["name is required", "too long"]}, "name is required; too long"),
        ({"detail": [{"loc": ["query", "remove", 1], "msg": "not a boolean"}]}, "query.remove.1: not a boolean"),
        (
            {"message": "invalid", "details": [{"fieldViolations": [{"field": "a.b", "description": "too long"}]}]},
            "invalid; a.b: too long",
        ),
        ({"title": "Bad", "invalid-params": [{"name": "age", "reason": "not a number"}]}, "Bad; age: not a number"),
        ({"errorSummary": "Invalid token provided", "errorCauses": []}, "Invalid token provided"),
        ({"Errors": [{"description": "Bad filter", "code": "400"}]}, "Bad filter"),
        ({"error_msg": "failed to match any routes"}, "failed to match any routes"),
        ({"httpCode": "429", "httpMessage": "Too Many", "moreInformation": "Limit exceeded"}, "Limit exceeded"),
        ({"Message": "An error has occurred.", "ExceptionMessage": "It has no licence."}, "It has no licence."),
        ({"status": {"error": True, "code": 401, "message": "Authentication Failure"}}, "Authentication Failure"),
        (
            {"detail": "Failed.", "urn:x": {"generalErrors": [{"message": "The webhook did not answer."}]}},
            "Failed.; The webhook did not answer.",
        ),
        ({"errors": [{"message": "one"}, {"message": "two"}]}, "one; two"),
        (
            {"title": "Validation failed.", "errors": {"schedule.interval": ["It is not a duration."]}},
            "Validation failed.; schedule.interval: It is not a duration.",
        ),
    ],
)
def test_a_sentence_without_a_code_is_reported(body: dict[str, Any], text: str) -> None:
    assert read(body) == ErrorBody(text=text)


def test_a_code_without_a_meaning_is_better_than_none() -> None:
    assert read(wrapped("")).code == "UnknownError"


@pytest.mark.parametrize(
    "body",
    [
        *(
            b"",
            b"<html>not shown</html>",
            b"[]",
            b"7",
            b"{",
            b"\xff\xfe{}",
            b"{}",
            b'{"args": "not shown"}',
            b"[[[7]]]",
        ),
        *(
            b'{"request": {"headers": {"Accept": "not shown", "Via": {"x": "not shown"}}}}',
            b"<a><b/></a>",
            b"not shown",
        ),
    ],
)
def test_an_error_of_an_unknown_shape_has_no_text(body: bytes) -> None:
    assert read_error(body) == ErrorBody()


def test_an_error_that_is_nested_without_end_is_read_in_no_time() -> None:
    read_error(b'{"error":' * 100_000)
    read_error(json.dumps({"a": [[{"b": {}}] * 1000] * 1000}).encode())
    text = "{}"
    for _ in range(12):
        text = json.dumps({"error": {"code": "Deep", "message": text}})
    assert read_error(text).code == "Deep"


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["error", "odata.error", "code", "message", "details", "innerError", "errorDetails", "issues"]
            )
            | st.sampled_from(["schemas", "status", "scimType", "retryAfterSeconds", "debugId", "value"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(_json)
def test_every_json_is_read_to_a_short_printable_line(body: Any) -> None:
    said = read(body)

    assert all(each.isprintable() for each in (said.code, said.text, *said.ids))
    assert len(said.text) <= BRIEF
