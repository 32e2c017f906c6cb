"""How a call is carried out: bounded in time and size, never redirected, repeated only if that is safe.

No other module knows httpx, so a successor of it is one file away. The bearer of a request never follows a redirect,
because none is followed.
"""

import os
import re
import socket
import ssl
import threading
import time
import zlib
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager, suppress
from functools import cache
from typing import Any

import httpx
import tenacity

from providers.errors import (
    ApiError,
    ConfigurationError,
    ProvisioningError,
    ThrottledError,
    UnavailableError,
    UnexpectedAnswerError,
    UnreachableError,
    UntrustedError,
)
from providers.http import Answer, Call
from providers.http.deadline import ATTEMPT_SECONDS, CALL_SECONDS, Deadline
from providers.http.failure import BEFORE_TEXT, page, refusal, untrusted
from providers.masking import brief

BODY_CAP = 8 * 1024 * 1024  # a real synchronization schema has some 200 kB
_TOO_LARGE = f"the answer is larger than {BODY_CAP >> 20} MiB and was dropped"
_CONNECT_SECONDS = 10.0
_NEVER_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError)
_BY_A_GATEWAY = (408, 502, 504)  # the answer of the service behind it was lost, or will never come
_CANNOT_BE_SENT = (httpx.InvalidURL, httpx.UnsupportedProtocol, httpx.LocalProtocolError, UnicodeError)
_Trace = Callable[[str, Mapping[str, Any]], None]


def exchange(call: Call, deadline: Deadline) -> Answer:
    """Carry out a call, as `providers.http.send` documents."""
    ends = min(deadline.at, time.monotonic() + CALL_SECONDS)
    with _client(call.authority) as client, _cut_off(ends) as trace:
        return _repeated(lambda: _attempt(client, call, ends, trace), call, ends)


def _left(ends: float) -> float:
    return max(0.0, ends - time.monotonic())


def _repeated(attempt: Callable[[], Answer], call: Call, ends: float) -> Answer:
    """Make attempts at a call until one succeeds, or fails permanently, or another one would come too late."""
    lost = False

    def again(state: tenacity.RetryCallState) -> bool:
        nonlocal lost
        error = state.outcome.exception() if state.outcome else None
        if isinstance(error, ApiError):
            error.lost = lost
        if not isinstance(error, ProvisioningError) or not _may_repeat(call, error):
            return False
        lost = lost or _may_have_worked(error)
        return _wait(state) < _left(ends)

    return tenacity.Retrying(retry=again, wait=_wait, stop=tenacity.stop_after_attempt(6), reraise=True)(attempt)


def _client(authority: str) -> httpx.Client:
    try:
        return httpx.Client(follow_redirects=False, verify=trusted(authority))
    except OSError as error:
        where = authority or "SSL_CERT_FILE and SSL_CERT_DIR"
        raise ConfigurationError(
            f"the certificates to trust cannot be read ({error.strerror}): check {where}"
        ) from None
    except (ValueError, ImportError, httpx.InvalidURL):
        raise ConfigurationError("the proxy in HTTPS_PROXY or ALL_PROXY is not an http:// or https:// one") from None


def trusted(authority: str = "") -> ssl.SSLContext:
    """Return what trusts an authority, or the CAs that the environment names. Raises OSError if they cannot be read."""
    return _trusted(authority, os.environ.get("SSL_CERT_FILE"), os.environ.get("SSL_CERT_DIR"))


@cache  # to load them takes 45 ms
def _trusted(authority: str, _file: str | None, _folder: str | None) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=authority) if authority else httpx.create_ssl_context()


@contextmanager
def _cut_off(ends: float) -> Generator[_Trace]:
    """Give a trace that learns of connections and cuts them in time; httpx begins anew with every byte."""
    connections: list[socket.socket] = []

    def learn(event: str, info: Mapping[str, Any]) -> None:
        if event == "connection.connect_tcp.complete":
            connections.append(info["return_value"].get_extra_info("socket").dup())

    def cut() -> None:
        for connection in connections:
            with suppress(OSError):  # closed by the other side just now
                connection.shutdown(socket.SHUT_RDWR)

    timer = threading.Timer(_left(ends), cut)
    timer.daemon = True
    timer.start()
    try:
        yield learn
    finally:
        timer.cancel()
        timer.join()
        for connection in connections:
            connection.close()


def _attempt(client: httpx.Client, call: Call, ends: float, trace: _Trace) -> Answer:
    left = min(call.seconds or ATTEMPT_SECONDS, _left(ends))
    if left <= 0:
        raise UnreachableError(f"{call.what}: no time is left for it: run again", sent=False)
    timeout = httpx.Timeout(left, connect=min(_CONNECT_SECONDS, left))
    try:
        request = client.build_request(
            call.method,
            call.url,
            headers=dict(call.headers),
            json=call.json,
            data=call.form,
            content=call.content,
            timeout=timeout,
            extensions={"trace": trace},
        )
        response = client.send(request, stream=True)
        try:
            headers, body = response.headers, _read(response, call, ends)
            kind, date = headers.get("content-type", ""), headers.get("date", "")
            answer = Answer(call.what, response.status_code, kind, body, date)
        finally:
            response.close()
    except _CANNOT_BE_SENT as error:
        cause = type(error).__name__  # its text may hold the header that cannot be sent
        raise ConfigurationError(f"{call.what}: it cannot be sent ({cause}): check address and credential") from None
    except httpx.HTTPError as error:
        raise untrusted(call, str(error)) or _no_answer(call, error) from None
    if answer.status >= 300:
        raise refusal(call, answer, headers)
    if answer.body.lstrip(BEFORE_TEXT)[:1] == b"<":  # HTML or XML: a proxy answered, whatever the status
        raise page(call, answer)
    return answer


def _read(response: httpx.Response, call: Call, ends: float) -> bytes:
    body = bytearray()
    for chunk in response.iter_bytes():
        body += chunk
        if len(body) > BODY_CAP:
            raise UnexpectedAnswerError(f"{call.what}: {_TOO_LARGE}")
    if _left(ends) <= 0:  # a body without a length seems complete even if it was cut off
        raise UnreachableError(f"{call.what}: the answer took too long: run again", sent=True)
    return _unpacked(bytes(body), call)


def _unpacked(body: bytes, call: Call) -> bytes:
    """Return a body without a compression that no header names, as some gateways send it."""
    is_gzip = body.startswith(b"\x1f\x8b")
    try:
        unpacked = zlib.decompressobj(wbits=31).decompress(body, BODY_CAP + 1) if is_gzip else body
    except zlib.error:
        return body
    if len(unpacked) > BODY_CAP:
        raise UnexpectedAnswerError(f"{call.what}: {_TOO_LARGE}")
    return unpacked


def _no_answer(call: Call, error: httpx.HTTPError) -> UnreachableError:
    host = httpx.URL(call.url).netloc.decode()
    cause = type(error).__name__ if isinstance(error, httpx.TimeoutException) else brief(str(error))
    where = "proxy (HTTPS_PROXY)" if isinstance(error, httpx.ProxyError) else "network"
    if re.search("name|getaddrinfo", cause, re.IGNORECASE):  # the words of each operating system
        where = "address, and the name server (DNS) of the network"
    sentence = (
        f"{call.what}: no answer from {host} ({cause or type(error).__name__}): check the {where}, then run again"
    )
    return UnreachableError(sentence, sent=not isinstance(error, _NEVER_SENT))


def _may_have_worked(error: ProvisioningError) -> bool:
    """Return whether nobody knows what became of the request; 429, 500 and 503 mean that it failed."""
    if isinstance(error, UnavailableError):
        return error.status in _BY_A_GATEWAY
    return isinstance(error, UnreachableError) and error.sent


def _may_repeat(call: Call, error: ProvisioningError) -> bool:
    if isinstance(error, ThrottledError) or (isinstance(error, ApiError) and error.status in call.passing):
        return True
    if isinstance(error, UntrustedError):
        return False
    if isinstance(error, UnavailableError):
        return call.repeatable and error.status not in (501, 505)
    return isinstance(error, UnreachableError) and (call.repeatable or not error.sent)


_backoff: Callable[[tenacity.RetryCallState], float] = tenacity.wait_exponential_jitter(
    multiplier=0.5, max=8, jitter=0.5
)


def _wait(state: tenacity.RetryCallState) -> float:
    error = state.outcome.exception() if state.outcome else None
    wish = error.retry_after if isinstance(error, ApiError) else None
    return max(_backoff(state), wish or 0.0)  # a wish may be for a moment that has passed
