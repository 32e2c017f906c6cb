"""Whatever goes wrong, an error shows nothing of what was sent and of what came."""

import traceback
from typing import Any

import pytest

from providers.errors import ProvisioningError
from providers.http import Answer, send
from tests.providers.calling import CANARY, CUT_OFF, EMPTY, HTML, call, refused, soon
from tests.providers.tls_service import Service, Step, answer, late, raw, reset

pytestmark = pytest.mark.usefixtures("no_backoff")

TOLD = {"error": {"code": CANARY, "message": f"the token {CANARY} is not known"}}
SENT = {"headers": {"Authorization": f"Bearer {CANARY}"}, "json": {"value": [{"key": "SecretToken", "value": CANARY}]}}


def all_of(error: BaseException) -> str:
    """Return everything that a log or a person could get to see of an error."""
    return "".join([*traceback.format_exception(error), str(error), repr(error), str(vars(error))])


@pytest.mark.parametrize(
    "step",
    [
        *(answer(status, TOLD, X_Token=CANARY) for status in (400, 401, 403, 404, 409, 429, 503)),
        answer(401, {"error": CANARY, "error_description": CANARY}),
        answer(302, CANARY.encode(), Location=f"https://127.0.0.1:9/{CANARY}"),
        answer(500, CANARY.encode()),
        raw(f"{CANARY}\r\n\r\n".encode()),
        raw(f"HTTP/1.1 200 X\r\n{CANARY}\r\n\r\n".encode()),
        raw(f"HTTP/1.1 {CANARY}\r\n\r\n".encode()),
        answer(200, CANARY.encode(), Content_Encoding="gzip"),
        answer(200, (CANARY * 300_000).encode()),
        late(1, answer()),
        reset,
        CUT_OFF,
    ],
)
def test_an_error_shows_nothing_of_request_and_answer(service: Service, step: Step) -> None:
    service.answers(step)

    assert CANARY not in all_of(refused(service, seconds=0.7, **SENT))


def test_a_page_instead_of_an_answer_is_not_shown(service: Service) -> None:
    service.answers(HTML)

    assert CANARY not in all_of(refused(service, seconds=5, **SENT))


@pytest.mark.parametrize("step", [EMPTY, answer(200, f"{{{CANARY}".encode())])
def test_an_answer_that_cannot_be_read_is_not_shown(service: Service, step: Step) -> None:
    service.answers(step)
    found = send(call(service, **SENT), soon(60))

    with pytest.raises(ProvisioningError) as caught:
        found.json()

    assert CANARY not in all_of(caught.value)
    assert CANARY not in repr(found)


@pytest.mark.parametrize("bearer", [f"{CANARY}\r\n", "canary\n", "ca\x00nary", "can\u00e4ry-of-a-bearer"])
def test_a_bearer_that_cannot_be_sent_is_not_shown(service: Service, bearer: str) -> None:
    service.answers(answer())

    shown = all_of(refused(service, headers={"Authorization": f"Bearer {bearer}"}))

    assert "can" not in shown.replace("cannot", "").replace("tests/providers", "")
    assert service.seen == []


def test_a_call_does_not_show_its_secrets_when_it_is_printed(service: Service) -> None:
    assert CANARY not in repr(call(service, **SENT, form={"client_secret": CANARY}))


@pytest.mark.parametrize(
    "sent",
    [
        {"headers": {"Authorization": "Bearer plain-words-here"}},
        {"form": {"client_secret": "plain-words-here", "grant_type": "client_credentials"}},
        {"json": {"value": "plain-words-here"}, "secrets": ["plain-words-here"]},
    ],
)
def test_a_secret_that_was_sent_is_not_repeated_whatever_it_looks_like(service: Service, sent: dict[str, Any]) -> None:
    service.answers(answer(400, {"error": {"code": "X", "message": "client_credentials plain-words-here is wrong"}}))

    assert "X (client_credentials [...] is wrong): " in str(refused(service, **sent))


def test_an_answer_does_not_show_its_body_when_it_is_printed(service: Service) -> None:
    service.answers(answer(200, {"token": "hidden"}))

    assert "hidden" not in repr(send(call(service), soon(60)))
    assert repr(Answer("it", 200, "text/plain", b"hidden")) == (
        "Answer(what='it', status=200, content_type='text/plain', date='')"
    )
