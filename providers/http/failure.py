"""The error of an answer with an error status, with only those of its words that may be shown; of a bad certificate."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timezone
from http import HTTPStatus
from itertools import chain
from urllib.parse import urlsplit

from providers.errors import (
    ApiError,
    ThrottledError,
    UnavailableError,
    UnexpectedAnswerError,
    UntrustedError,
    api_error_class,
)
from providers.http import Answer, Call, http_date
from providers.http.error_body import ErrorBody, read_challenge, read_error
from providers.http.shape import shape
from providers.masking import HIDDEN, brief

BEFORE_TEXT = b"\xef\xbb\xbf\xff\xfe\x00 \t\r\n"  # the marks of UTF-8 and UTF-16, and white space
_ID_HEADERS = ("request-id", "x-request-id", "x-ms-request-id", "x-correlation-id")  # used if the body names none
_SHORTEST_SECRET = 8  # a shorter one could be a word of the answer
_LINE = re.compile("[A-Za-z0-9](?=.*[A-Za-z]{3}).{2,299}")
_LIMIT = re.compile("rate ?limit|call volume|throttl|try again|please retry", re.IGNORECASE)
_REASON = re.compile(r"certificate verify failed(?:: (.+?))?(?: \(_ssl|$)")  # OpenSSL's words, which clients pass on


def refusal(call: Call, answer: Answer, headers: Mapping[str, str]) -> ApiError | UnexpectedAnswerError:
    """Return the error for an answer of 300 or more; `headers` have names of small letters."""
    if answer.status < 400:
        return UnexpectedAnswerError(
            f"{call.what} was answered with a redirect ({answer.status}), which is never followed: check the address"
        )
    said = _read(call, answer, headers)
    at = answer.at
    wait = _retry_after(headers, at)
    error = api_error_class(answer.status)(
        f"{call.what} was answered {answer.status}{_words(said, headers)}: {_hint(call, answer, said)}",
        status=answer.status,
        code=said.code,
        retry_after=said.retry_after if wait is None else wait,
        refused_with=said.refused_with,
    )
    error.shape, error.at = shape(answer.body), at
    return error


def _read(call: Call, answer: Answer, headers: Mapping[str, str]) -> ErrorBody:
    """Read the body, or the challenge beside an empty one, without the secrets of ours that they repeat."""
    body, challenge = answer.body, headers.get("www-authenticate", "")
    for secret in sorted(_sent(call), key=len, reverse=True):
        body, challenge = body.replace(secret.encode(), HIDDEN.encode()), challenge.replace(secret, HIDDEN)
    said = read_error(body)
    said = said if said.code or said.text else read_challenge(challenge)
    return said if said.code or said.text else replace(said, text=_line(answer, body))


def _line(answer: Answer, body: bytes) -> str:
    """Return a body that is one line of plain text, as gateways answer; "" for anything else."""
    text = body.decode(errors="replace").strip().strip('"')
    is_line = answer.content_type.startswith("text/plain") and _LINE.fullmatch(text) and text.isprintable()
    return brief(text) if is_line else ""


def _sent(call: Call) -> Iterator[str]:
    bearers = (value.split()[-1:] for name, value in call.headers.items() if name.lower() == "authorization")
    of_form = (value for name, value in (call.form or {}).items() if "secret" in name)
    for each in (*chain.from_iterable(bearers), *of_form, *call.secrets):
        if len(each) >= _SHORTEST_SECRET:
            yield each


def _words(said: ErrorBody, headers: Mapping[str, str]) -> str:
    ids = said.ids or read_error({name: headers[name] for name in _ID_HEADERS if name in headers}).ids
    inside = "; ".join(part for part in (said.text, *ids) if part)
    return "".join(f" {part}" for part in (said.code, f"({inside})" if inside else "") if part)


def _hint(call: Call, answer: Answer, said: ErrorBody) -> str:
    """Return what to do: for the error's code or words, for a page, for its status, or else for any call."""
    words = f"{said.code} {said.text}"
    of_code = next((hint for pattern, hint in call.code_hints.items() if re.search(pattern, words)), "")
    limited = _default_hint(HTTPStatus.TOO_MANY_REQUESTS, said) if _LIMIT.search(words) else ""
    hint = of_code or limited or call.hints.get(answer.status) or _default_hint(answer.status, said)
    if answer.body.lstrip(BEFORE_TEXT)[:1] == b"<" and answer.status < 500:
        return f"a page answered, as of a proxy or a firewall: check the address and the network; if not, {hint}"
    if answer.status == HTTPStatus.FORBIDDEN and _line(answer, answer.body):
        return f"a gateway answered, not the service itself: check the address and the network; if not, {hint}"
    return hint


def _default_hint(status: int, said: ErrorBody) -> str:
    if status in (HTTPStatus.PROXY_AUTHENTICATION_REQUIRED, HTTPStatus.NETWORK_AUTHENTICATION_REQUIRED):
        return "a proxy or the network wants a sign-in: check HTTPS_PROXY"
    if status in (HTTPStatus.NOT_IMPLEMENTED, HTTPStatus.HTTP_VERSION_NOT_SUPPORTED):
        return "the service cannot do this: check the address"
    if issubclass(api_error_class(status), ThrottledError | UnavailableError):
        return "run again later"
    return "correct what it names, or see the address and roles" if said.text else "see the address and roles"


def _retry_after(headers: Mapping[str, str], at: datetime | None) -> float | None:
    """Read Retry-After as seconds or as an HTTP date (RFC 9110 10.2.3), a date by the service's own clock."""
    value = headers.get("retry-after", "")
    if value.isascii() and value.isdigit():
        return float(value)
    moment = http_date(value)
    return moment and max(0.0, (moment - (at or datetime.now(tz=timezone.utc))).total_seconds())


def untrusted(call: Call, said: str) -> UntrustedError | None:
    """Return the error for a certificate that a client refused, or None if the connection failed otherwise."""
    found = _REASON.search(said)
    if not found:
        return None
    whose = f"the certificate of {urlsplit(call.url).netloc}"
    reason = f" ({brief(found[1])})" if found[1] else ""
    file = call.authority or "the file in SSL_CERT_FILE"
    what_to_do = f"if the address is right, add the CA that signed it to {file}"
    return UntrustedError(f"{call.what}: {whose} is not trusted{reason}: {what_to_do}", sent=False)
