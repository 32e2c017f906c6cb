import json
import re
import socket
from datetime import datetime, timezone
from typing import Any

import pytest

from providers.errors import (
    ApiError,
    ConfigurationError,
    ConflictError,
    ForbiddenError,
    ThrottledError,
    UnauthorizedError,
    UnavailableError,
    UnexpectedAnswerError,
    UnreachableError,
    UntrustedError,
)
from tests.providers.calling import CUT_OFF, EMPTY, HTML, OK, answered, refused
from tests.providers.tls_service import Service, Step, answer, reset

pytestmark = pytest.mark.usefixtures("no_backoff")

PASSING = [408, 500, 502, 503, 504]  # the service failed, and may have done the work all the same
FINAL = [(400, ApiError), (401, UnauthorizedError), (403, ForbiddenError), (501, UnavailableError)]


def test_a_request_carries_method_address_headers_and_json(service: Service) -> None:
    service.answers(OK)

    found = answered(service, method="PUT", headers={"Authorization": "Bearer b"}, json={"a": [1]})

    seen = service.seen[0]
    assert (seen.method, seen.target, seen.headers["authorization"]) == ("PUT", "/it", "Bearer b")
    assert json.loads(seen.body) == {"a": [1]}
    assert (found.status, found.json()) == (200, {"well": "done"})


def test_a_form_is_sent_as_a_form(service: Service) -> None:
    service.answers(OK)

    answered(service, form={"client_id": "a b", "scope": "s"})

    assert service.seen[0].headers["content-type"] == "application/x-www-form-urlencoded"
    assert service.seen[0].body == b"client_id=a+b&scope=s"


@pytest.mark.parametrize(
    ("date", "read"),
    [
        ("Sun, 01 Nov 2026 10:00:00 GMT", True),
        ("Sun, 01 Nov 2026 10:00:00", True),
        ("Sun, 01 Nov 2026 10:00:00 -0000", True),
        ("", False),
        ("yesterday", False),
        ("Sun, 01 Nov 99999999999 10:00:00 GMT", False),
    ],
)
def test_an_answer_has_the_clock_of_the_service_in_utc_if_its_date_is_readable(
    service: Service, date: str, read: bool
) -> None:
    service.answers(answer(Date=date))

    assert answered(service).at == (datetime(2026, 11, 1, 10, tzinfo=timezone.utc) if read else None)


@pytest.mark.parametrize(("status", "kind"), FINAL)
def test_a_status_that_will_not_pass_is_reported_at_once(service: Service, status: int, kind: type[ApiError]) -> None:
    service.answers(answer(status, {}))

    error = refused(service, hints={status: "do that"})

    assert type(error) is kind
    assert str(error) == f"Service: do it was answered {status}: do that"
    assert len(service.seen) == 1


@pytest.mark.parametrize("status", [401, 403, 404, 409, 410, 412])
def test_a_refusal_is_repeated_only_if_the_call_declares_that_it_may_pass(service: Service, status: int) -> None:
    service.answers(answer(status), answer(status), OK)
    error = refused(service, passing=[400])
    assert isinstance(error, ApiError)
    assert error.status == status
    assert len(service.seen) == 1

    service.answers(answer(status), answer(status), OK)
    assert answered(service, passing=[status]).status == 200


@pytest.mark.parametrize("status", PASSING)
def test_a_failure_of_the_service_is_outlasted_by_a_repeatable_call(service: Service, status: int) -> None:
    service.answers(answer(status), answer(status), OK)

    assert answered(service).json() == {"well": "done"}
    assert len(service.seen) == 3


@pytest.mark.parametrize("status", PASSING)
def test_a_call_that_must_not_happen_twice_is_not_repeated_after_a_failure(service: Service, status: int) -> None:
    service.answers(answer(status), OK)

    error = refused(service, repeatable=False)

    assert isinstance(error, UnavailableError)
    assert str(error).endswith(": run again later")
    assert len(service.seen) == 1


@pytest.mark.parametrize("step", [reset, CUT_OFF, answer(200, b"no gzip", Content_Encoding="gzip")])
def test_a_lost_answer_is_followed_by_another_attempt_only_if_repeating_is_safe(service: Service, step: Step) -> None:
    service.answers(step, OK)
    assert answered(service).status == 200
    assert len(service.seen) == 2

    service.answers(step, OK)
    error = refused(service, repeatable=False)
    assert isinstance(error, UnreachableError)
    assert error.sent
    assert len(service.seen) == 3


@pytest.mark.parametrize("repeatable", [True, False])
def test_throttling_is_outlasted_by_every_call_because_nothing_was_done(service: Service, repeatable: bool) -> None:
    service.answers(answer(429), answer(429), OK)
    assert answered(service, repeatable=repeatable).status == 200

    service.answers(answer(429))
    error = refused(service, repeatable=repeatable)
    assert isinstance(error, ThrottledError)
    assert str(error) == "Service: do it was answered 429: run again later"


def test_a_service_that_goes_on_failing_is_left_after_six_attempts(service: Service) -> None:
    service.answers(answer(503))

    assert isinstance(refused(service), UnavailableError)
    assert len(service.seen) == 6


@pytest.mark.parametrize("repeatable", [True, False])
def test_a_service_that_cannot_be_reached_was_sent_nothing(service: Service, repeatable: bool) -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{nobody.getsockname()[1]}"
        error = refused(service, url=f"https://{address}/it", repeatable=repeatable)

    assert isinstance(error, UnreachableError)
    assert not error.sent
    assert str(error).startswith(f"Service: do it: no answer from {address} (")


def test_a_service_that_nobody_vouches_for_is_not_asked_again(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")
    service.answers(OK)

    error = refused(service)

    assert isinstance(error, UntrustedError)
    assert not error.sent
    assert str(error) == (
        f"Service: do it: the certificate of {service.url.removeprefix('https://')} is not trusted (unable to get "
        "local issuer certificate): if the address is right, add the CA that signed it to the file in SSL_CERT_FILE"
    )
    assert (service.connections, service.seen) == (1, [])


@pytest.mark.parametrize("url", ["https://127.0.0.1:port/it", "ftp://127.0.0.1/it", "https:///it", "127.0.0.1/it"])
def test_a_malformed_address_is_a_matter_of_configuration(service: Service, url: str) -> None:
    error = refused(service, url=url)

    assert isinstance(error, ConfigurationError)
    assert re.fullmatch(r"Service: do it: it cannot be sent \(\w+\): check address and credential", str(error))


@pytest.mark.parametrize(
    ("steps", "repeatable", "lost"),
    [
        *(([first, answer(409)], True, True) for first in (*map(answer, (408, 502, 504)), reset, CUT_OFF)),
        *(([answer(status), answer(409)], True, False) for status in (429, 500, 503)),
        *((steps, False, False) for steps in ([answer(409)], [answer(429), answer(409)], [answer(503)])),
    ],
)
def test_a_refusal_shows_whether_an_attempt_before_it_got_no_answer_and_may_have_been_carried_out(
    service: Service, steps: list[Step], repeatable: bool, lost: bool
) -> None:
    service.answers(*steps)

    error = refused(service, repeatable=repeatable)

    assert isinstance(error, ConflictError if len(steps) > 1 else ApiError)
    assert error.lost is lost


@pytest.mark.parametrize(
    ("body", "code", "said"),
    [
        ({"error": {"code": "Denied", "message": "Not\nfor you."}}, "Denied", " Denied (Not for you.)"),
        ({"errorCode": "X", "message": "No.", "debugId": "1-2"}, "X", " X (No.; debugId 1-2)"),
        ({"schemas": ["urn:ietf:params:scim:api:messages:2.0:Error"], "status": "400", "detail": "No."}, "", " (No.)"),
        ({"error": {"code": "Denied"}}, "Denied", " Denied"),
        ({"error": {"code": 7, "message": ["No.", {"not": "shown"}]}}, "7", " 7 (No.)"),
        ({"error": "invalid_client", "error_description": "No."}, "invalid_client", " invalid_client (No.)"),
        ({"error": 7}, "7", " 7"),
        (b"not\nshown", "", ""),
        (b"", "", ""),
    ],
)
def test_of_a_refusal_only_code_and_sentences_are_reported(service: Service, body: Any, code: str, said: str) -> None:
    service.answers(answer(400, body))

    error = refused(service)

    assert isinstance(error, ApiError)
    assert error.code == code
    hint = "correct what it names, or see the address and roles" if "No" in said else "see the address and roles"
    assert str(error) == f"Service: do it was answered 400{said}: {hint}"


@pytest.mark.parametrize("name", ["request-id", "x-request-id"])
def test_the_id_that_support_asks_for_is_taken_from_a_header_if_the_body_has_none(service: Service, name: str) -> None:
    service.answers(answer(403, {"error": {"code": "Denied"}}, **{name: "e5b61232-83c8-401a-8e14-a4c75b4fb745"}))

    assert f"403 Denied ({name} e5b61232-83c8-401a-8e14-a4c75b4fb745): " in str(refused(service))


def test_what_to_do_about_a_code_comes_before_what_to_do_about_a_status(service: Service) -> None:
    service.answers(answer(403, {"error": {"code": "NoLicence"}}))

    error = refused(service, hints={403: "grant it"}, code_hints={"NoLicence": "buy it"})

    assert str(error) == "Service: do it was answered 403 NoLicence: buy it"


def test_a_time_to_wait_in_the_body_is_obeyed(service: Service) -> None:
    service.answers(answer(429, {"errorCode": "X", "errorDetails": [{"retryAfterSeconds": 600}]}))

    error = refused(service)

    assert isinstance(error, ThrottledError)
    assert error.retry_after == 600
    assert len(service.seen) == 1  # it would come too late


@pytest.mark.parametrize("step", [HTML, answer(200, b"\n<?xml?>"), answer(201, b" <html>", Content_Type="text/plain")])
def test_a_page_is_the_answer_of_somebody_else_whatever_it_is_called(service: Service, step: Step) -> None:
    service.answers(step, OK)

    error = refused(service)

    assert isinstance(error, UnexpectedAnswerError)
    assert str(error).endswith("that the address is the service's own and no proxy or sign-in page answers for it")
    assert len(service.seen) == 1


@pytest.mark.parametrize(("step", "kind"), [(EMPTY, "nothing"), (answer(200, b"{'a'"), "application/json")])
def test_an_answer_that_is_not_json_names_its_kind_and_never_its_text(service: Service, step: Step, kind: str) -> None:
    service.answers(step)
    found = answered(service)

    with pytest.raises(UnexpectedAnswerError) as caught:
        found.json()

    assert str(caught.value) == (
        f"{found.what} was answered 200 with {len(found.body)} bytes of {kind} that are not JSON: "
        "check that the address is the service's own and no proxy or sign-in page answers for it"
    )


def test_a_call_for_which_no_time_is_left_is_not_sent(service: Service) -> None:
    service.answers(OK)

    error = refused(service, seconds=0)

    assert isinstance(error, UnreachableError)
    assert not error.sent
    assert service.seen == []


def test_certificates_that_cannot_be_read_are_a_setting_to_check(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", "/nowhere/ca.pem")

    assert str(refused(service)) == (
        "the certificates to trust cannot be read (No such file or directory): check SSL_CERT_FILE and SSL_CERT_DIR"
    )
