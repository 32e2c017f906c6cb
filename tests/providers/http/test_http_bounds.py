"""No call outlives its deadline, takes in more than its cap, or is led elsewhere."""

import contextlib
import gzip
import socket
import threading
import time
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from email.utils import format_datetime
from pathlib import Path
from types import SimpleNamespace

import pytest
import trustme

from providers.errors import ThrottledError, UnavailableError, UnexpectedAnswerError, UnreachableError
from providers.http.deadline import ATTEMPT_SECONDS
from providers.http.transport import BODY_CAP
from tests.providers.calling import CANARY, OK, answered, refused
from tests.providers.tls_service import Service, Step, answer, drip, late, raw, serving

HEAD = b"HTTP/1.1 200 X\r\nContent-Type: application/json\r\n"
LONG_AGO = datetime(2020, 1, 1, tzinfo=timezone.utc)


@pytest.fixture
def elsewhere(trust: tuple[trustme.LeafCert, Path]) -> Iterator[Service]:
    """Another service, as trustworthy as the first."""
    with serving(trust[0]) as started:
        started.answers(OK)
        yield started


def http_date(moment: datetime) -> str:
    return format_datetime(moment, usegmt=True)


Waits = list[float]


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> Waits:
    """The waits between attempts, which take no time here."""
    chosen: Waits = []
    monkeypatch.setattr("tenacity.nap.time", SimpleNamespace(sleep=chosen.append))
    return chosen


@pytest.mark.parametrize("status", [429, 503])
def test_a_wish_in_seconds_is_obeyed(service: Service, waits: Waits, status: int) -> None:
    service.answers(answer(status, Retry_After="3"), OK)

    assert answered(service).status == 200
    assert waits == [3]


def test_a_wish_as_a_date_is_reckoned_by_the_clock_of_the_service(service: Service, waits: Waits) -> None:
    wish = http_date(LONG_AGO + timedelta(seconds=3))
    service.answers(answer(429, Date=http_date(LONG_AGO), Retry_After=wish), OK)

    assert answered(service).status == 200
    assert waits == [3]


@pytest.mark.parametrize("clock", ["", http_date(LONG_AGO + timedelta(minutes=5))])
@pytest.mark.parametrize("zone", [" GMT", "", " -0000"])
def test_a_wish_for_a_moment_that_has_passed_leaves_our_own_wait(
    service: Service, waits: Waits, clock: str, zone: str
) -> None:
    wish = http_date(LONG_AGO).removesuffix(" GMT") + zone
    service.answers(answer(429, Date=clock, Retry_After=wish), OK)

    assert answered(service).status == 200
    assert 0.5 <= waits[0] <= 1


@pytest.mark.parametrize("wish", ["", "soon", "0", "-1", "\u00b2", "Sun, 01 Nov 99999999999 10:00:00 GMT"])
def test_without_a_readable_wish_the_wait_is_our_own(service: Service, waits: Waits, wish: str) -> None:
    service.answers(answer(429, Retry_After=wish), OK)

    assert answered(service).status == 200
    assert 0.5 <= waits[0] <= 1


def test_our_own_wait_grows_from_half_a_second(service: Service, waits: Waits) -> None:
    service.answers(answer(429), answer(503), answer(503), OK)

    assert answered(service).status == 200
    assert all(least <= each <= least + 0.5 for least, each in zip((0.5, 1, 2), waits, strict=True))


@pytest.mark.parametrize("wish", ["6", "9" * 400, http_date(datetime(2100, 1, 1, tzinfo=timezone.utc))])
def test_a_wish_that_reaches_beyond_the_deadline_ends_the_call_at_once(
    service: Service, waits: Waits, wish: str
) -> None:
    service.answers(answer(429, Retry_After=wish), OK)

    error = refused(service)

    assert isinstance(error, ThrottledError)
    assert error.retry_after is not None
    assert error.retry_after > 5
    assert waits == []


def test_no_wait_between_attempts_reaches_beyond_the_deadline(service: Service, waits: Waits) -> None:
    service.answers(answer(503))

    assert isinstance(refused(service, seconds=3), UnavailableError)
    assert len(service.seen) == len(waits) + 1 < 6
    assert max(waits, default=0) < 3


def left_at_the_deadline(service: Service, instead: socket.socket | None = None) -> UnreachableError:
    """Call a service that never completes its answer, and return the error; no other limit of a call is as near.

    On a machine that is busy a short time may be over before the request is sent, so it is tried with more.
    """
    url = f"https://127.0.0.1:{instead.getsockname()[1]}/" if instead else f"{service.url}/it"
    seconds = 0.6
    while True:
        began = time.monotonic()
        error = refused(service, seconds=seconds, url=url)
        assert time.monotonic() - began < ATTEMPT_SECONDS
        assert isinstance(error, UnreachableError)
        if instead or service.seen:
            return error
        seconds *= 2


def test_a_slow_answer_within_the_deadline_is_an_answer(service: Service) -> None:
    service.answers(late(0.5, OK))

    assert answered(service).json() == {"well": "done"}


@pytest.mark.parametrize(
    "step",
    [
        late(2, OK),
        drip(b"", b"H", 0.1),
        drip(HEAD, b"X-More: x\r\n", 0.05),
        drip(HEAD + b"\r\n", b" ", 0.05),
        drip(HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\n \r\n", 0.05),
        drip(HEAD + b"\r\n", b" " * 1000, 0.0),
        late(0.4, drip(HEAD + b"\r\n", b" ", 0.35)),
    ],
)
def test_an_answer_that_does_not_end_is_left_at_the_deadline(service: Service, step: Step) -> None:
    service.answers(step)

    error = left_at_the_deadline(service)

    assert error.sent


def test_a_service_that_accepts_and_then_sends_nothing_is_left_at_the_deadline(service: Service) -> None:
    with socket.create_server(("127.0.0.1", 0)) as mute:
        error = left_at_the_deadline(service, mute)

    assert not error.sent


def test_a_handshake_that_does_not_end_is_left_at_the_deadline(service: Service) -> None:
    def half_greeting(listener: socket.socket) -> None:
        connection, _ = listener.accept()
        with connection, contextlib.suppress(OSError):
            drip(b"\x16\x03\x03\x40\x00", b"\x02", 0.05)(connection)

    with socket.create_server(("127.0.0.1", 0)) as slow:
        thread = threading.Thread(target=half_greeting, args=[slow])
        thread.start()
        error = left_at_the_deadline(service, slow)
        thread.join()

    assert not error.sent


def test_an_answer_as_large_as_the_cap_is_taken(service: Service) -> None:
    service.answers(answer(200, b" " * BODY_CAP))

    assert len(answered(service).body) == BODY_CAP


@pytest.mark.parametrize(
    "step",
    [
        answer(200, b" " * (BODY_CAP + 1)),
        answer(200, b" " * 10_000_000),
        answer(200, gzip.compress(b" " * 50_000_000), Content_Encoding="gzip"),
        answer(403, b" " * 10_000_000),
    ],
)
def test_a_larger_answer_is_dropped(service: Service, step: Step) -> None:
    service.answers(step)

    error = refused(service)

    assert isinstance(error, UnexpectedAnswerError)
    assert str(error) == "Service: do it: the answer is larger than 8 MiB and was dropped"
    assert len(service.seen) == 1


def test_a_head_without_end_is_not_an_answer(service: Service) -> None:
    service.answers(raw(HEAD + b"X-More: x\r\n" * 100_000))

    assert isinstance(refused(service, repeatable=False), UnreachableError)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_no_redirect_is_followed_and_the_bearer_goes_nowhere_else(
    service: Service, elsewhere: Service, status: int
) -> None:
    service.answers(answer(status, b"", Location=f"{elsewhere.url}/{CANARY}"))

    error = refused(service, headers={"Authorization": "Bearer b"})

    assert isinstance(error, UnexpectedAnswerError)
    assert str(error) == (
        f"Service: do it was answered with a redirect ({status}), which is never followed: check the address"
    )
    assert elsewhere.seen == []


def test_a_redirect_within_the_service_is_not_followed_either(service: Service) -> None:
    service.answers(answer(307, b"", Location=f"{service.url}/other"), OK)

    assert isinstance(refused(service), UnexpectedAnswerError)
    assert len(service.seen) == 1
