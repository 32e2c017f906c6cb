"""The error of an answer with an error status, with only those of its words that may be shown; of a bad certificate."""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from http import HTTPStatus
from urllib.parse import urlsplit

from providers.errors import (
    ApiError,
    ThrottledError,
    UnavailableError,
    UnexpectedAnswerError,
    UntrustedError,
    api_error_class,
)
from providers.http import Answer, Call, retry_after
from providers.http.error_body import ErrorBody, read_challenge, read_error
from providers.http.shape import decoded, fields_of, hidden, shape
from providers.masking import brief
from providers.timestamps import now, to_text

BEFORE_TEXT = b"\xef\xbb\xbf\xff\xfe\x00 \t\r\n"  # the marks of UTF-8 and UTF-16, and white space
_ID_HEADERS = (  # used if the body names none
    *("request-id", "x-request-id", "x-ms-request-id", "x-correlation-id", "x-amzn-requestid", "x-kong-request-id"),
    *("cf-ray", "x-azure-ref"),
)
_LINE = re.compile("[A-Za-z0-9](?=.*[A-Za-z]{3}).{2,299}")
_RATE = re.compile("rate ?limit|call volume|throttl", re.IGNORECASE)
_LIMIT = re.compile(f"{_RATE.pattern}|try again|please retry", re.IGNORECASE)
_REASON = re.compile(r"certificate verify failed(?:: (.+?))?(?: \(_ssl|$)")  # OpenSSL's words, which clients pass on


def refusal(call: Call, answer: Answer, headers: Mapping[str, str]) -> ApiError | UnexpectedAnswerError:
    """Return the error for an answer of 300 or more; `headers` have names of small letters."""
    if answer.status < 400:
        return UnexpectedAnswerError(
            f"{call.what} was answered with a redirect ({answer.status}), which is never followed: check the address"
        )
    said = _waiting(_read(call, answer, headers), answer, headers)
    error = api_error_class(answer.status)(
        f"{call.what} was answered {answer.status}{_words(said, headers)}: {_hint(call, answer, said)}",
        status=answer.status,
        code=said.code,
        retry_after=said.retry_after,
        refused_with=said.refused_with,
    )
    error.shape, error.at = shape(answer.body), answer.at
    return error


def _waiting(said: ErrorBody, answer: Answer, headers: Mapping[str, str]) -> ErrorBody:
    """Return the error with the time that the service wants, which its headers know best and its sentence least."""
    if not _passes(answer.status, said) and "retry-after" not in headers:
        return said
    is_refusal = answer.status < HTTPStatus.INTERNAL_SERVER_ERROR
    limited = answer.status == HTTPStatus.TOO_MANY_REQUESTS or (is_refusal and bool(_RATE.search(said.text)))
    wait = retry_after.of_headers(headers, answer.at, limited=limited)
    if wait is None and said.retry_after is None:
        wait = retry_after.of_words(said.text)
    return said if wait is None else replace(said, retry_after=wait)


def _passes(status: int, said: ErrorBody) -> bool:
    """Return whether waiting helps."""
    return issubclass(api_error_class(status), ThrottledError | UnavailableError) or bool(_LIMIT.search(said.text))


def _read(call: Call, answer: Answer, headers: Mapping[str, str]) -> ErrorBody:
    """Read the body, or the challenge beside an empty one or a page, without the secrets of ours that they repeat."""
    body, challenge = hidden(call, answer.body, headers.get("www-authenticate", ""))
    said = read_error(body)
    if challenge and (_is_page(answer) or not (said.code or said.text)):
        of_challenge = read_challenge(challenge)
        said = of_challenge if of_challenge.code or of_challenge.text else said
    return said if said.code or said.text else replace(said, text=_line(answer, body))


def page(call: Call, answer: Answer) -> UnexpectedAnswerError:
    """Return the error for a page with a status of success; of the page its title and its ids are shown."""
    fields = fields_of(*hidden(call, answer.body)) or {}
    title = read_error({name: value for name, value in fields.items() if name.lower() in ("title", "h1")}).text
    return answer.no_json("; ".join(each for each in (title, *read_error(fields).ids) if each))


def _is_page(answer: Answer) -> bool:
    return answer.body.lstrip(BEFORE_TEXT)[:1] == b"<"


def _line(answer: Answer, body: str) -> str:
    """Return a body that is one line of plain text, as gateways answer; "" for anything else."""
    text = body.strip().strip('"')
    kind = answer.content_type.split(";")[0]
    is_text = kind == "text/plain" or (kind in ("", "application/json") and " " in text)
    is_line = is_text and _LINE.fullmatch(text) and text.isprintable()
    return brief(text) if is_line else ""


def _words(said: ErrorBody, headers: Mapping[str, str]) -> str:
    of_headers = {name: headers[name] for name in _ID_HEADERS if name in headers}
    ids = said.ids or (read_error(of_headers).ids if of_headers else ())
    inside = "; ".join(part for part in (said.text, *ids) if part)
    return "".join(f" {part}" for part in (said.code, f"({inside})" if inside else "") if part)


def _hint(call: Call, answer: Answer, said: ErrorBody) -> str:
    """Return what to do: for the error's code or words, for a page, for its status, or else for any call."""
    words = f"{said.code} {said.text}"
    of_code = next((hint for pattern, hint in call.code_hints.items() if re.search(pattern, words)), "")
    at = answer.at or now()
    limited = _default_hint(HTTPStatus.TOO_MANY_REQUESTS, said, at) if _LIMIT.search(words) else ""
    hint = of_code or limited or call.hints.get(answer.status) or _default_hint(answer.status, said, at)
    if _is_page(answer) and answer.status < 500:
        return f"a page answered, as of a proxy or a firewall: check the address and the network; if not, {hint}"
    if answer.status == HTTPStatus.FORBIDDEN and _line(answer, decoded(answer.body)):
        return f"a gateway answered, not the service itself: check the address and the network; if not, {hint}"
    return hint


def _default_hint(status: int, said: ErrorBody, at: datetime) -> str:
    if status in (HTTPStatus.PROXY_AUTHENTICATION_REQUIRED, HTTPStatus.NETWORK_AUTHENTICATION_REQUIRED):
        return "a proxy or the network wants a sign-in: check HTTPS_PROXY"
    if status in (HTTPStatus.NOT_IMPLEMENTED, HTTPStatus.HTTP_VERSION_NOT_SUPPORTED):
        return "the service cannot do this: check the address"
    if issubclass(api_error_class(status), ThrottledError | UnavailableError):
        wait = said.retry_after or 0.0
        is_long = 60 <= wait <= 31 * 86400  # more than a call repeats itself for, and no more than any service wants
        after = to_text(at + timedelta(seconds=wait)) if is_long else ""
        return f"run again after {after}" if after else "run again later"
    return "correct what it names, or see the address and roles" if said.text else "see the address and roles"


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
