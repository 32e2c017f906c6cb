"""The text of an error body, whichever service it came from.

    Graph      {"error": {"code", "message", "details": [{"code", "message"}], "innerError": {"code", "request-id"}}},
               "odata.error" instead of "error", a message as {"lang", "value"}; the synchronization API puts its own
               error into the message, as a text of JSON
    GreenLake  {"httpStatusCode", "errorCode", "message", "debugId", "errorDetails": [{"type", "retryAfterSeconds",
               "issues": [{"source", "subject", "description"}]}]}
    OAuth      {"error", "error_description", "correlation_id", "trace_id"} (RFC 6749 5.2); the same two as parameters
               of the header WWW-Authenticate (RFC 6750 3)
    SCIM       {"schemas", "status", "scimType", "detail"} (RFC 7644 3.12)
    gateways   {"title", "detail"} (RFC 9457), {"errorSummary", "errorCauses"}, a list of sentences, or of problems with
               the place of each, in one of these fields or alone; sentences by the field that is wrong; XML and pages

The innermost code is the cause; SCIM's counts only if there is no other, since Entra's own is more precise.
Sources: OData JSON format 4.01, 21.1; HPE GreenLake's API reference, errors.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from itertools import islice
from typing import cast

from providers.http.shape import ECHOES, PLACES, Fields, decoded, fields_of, json_in
from providers.masking import brief, masked

_ENVELOPES = ("odataerror", "error", "errors", "fault", "exception", "response", "status", "extensions", "meta", "data")
_CODES = ("errorcode", "code", "error", "faultcode", "errcode")
_TEXTS = (
    *("exceptionmessage", "moreinformation", "message", "errordescription", "detail", "errormessage", "description"),
    *("faultstring", "msg", "errormsg", "errorsummary", "text", "pre", "title", "h1", "reason", "error"),
)
_DETAILS = (
    *("details", "errordetails", "issues", "detail", "fieldviolations", "invalidparams", "errorcauses"),
    "errormessages",
)
_SENTENCE = re.compile(r"\w\W? \w")
_OF_SENTENCE = re.compile("(message|msg|err|error|text|description|reason|detail)s?$", re.IGNORECASE)  # in any name
_ABOUT = ("subject", "target", "field", "name", "loc", "attr", "pointer", "path")
_WAITS = {
    **dict.fromkeys(("retryafter", "retryafterseconds", "retrydelay"), 1.0),
    **dict.fromkeys(("retryafterms", "retryaftermilliseconds"), 0.001),
}
_SECONDS = re.compile(r"([0-9]+(?:\.[0-9]+)?)s?", re.ASCII)  # google.rpc.RetryInfo writes the unit
_IDS = re.compile(
    "debugid|[a-z]*requestid|x?correlationid|traceid|transactionid|(?:cf)?ray(?:id)?|activityid|operationid|supportid"
    "|reference|xazureref"
)
_OF_GRPC = re.compile("[A-Z]+(?:_[A-Z]+)+|UNAVAILABLE|UNAUTHENTICATED")  # in `status`, which is a number elsewhere
_SAYS_NOTHING = re.compile(r"none|unknown(error)?|badrequest|[0-9]*", re.IGNORECASE)
# Entra's words beside a code that names no cause, with the name that .NET has for it (WebExceptionStatus).
_IN_WORDS = tuple(
    (re.compile(words, re.IGNORECASE), code)
    for words, code in (
        ("invalid credentials", "InvalidCredentials"),
        ("remote name could not be resolved|no such host|name or service not known", "NameResolutionFailure"),
        ("trust relationship|SSL connection|SSL/TLS", "TrustFailure"),
        ("task was cancell?ed|timed out", "Timeout"),
        ("unable to connect|refused it|while sending the request|connection was (forcibly )?closed", "ConnectFailure"),
    )
)
_OF_ENTRA = re.compile(r"AADSTS[0-9]+")
_TRACE = r"[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}"  # W3C Trace Context 3.2
_OF_AZURE = "[0-9]{8}T[0-9]{6}Z-[0-9A-Za-z]{12,40}"  # Front Door's, which begins with a moment
# A GUID, a trace id or numbers: shorter than a secret in hex; Cloudflare's ends with the code of an airport.
_ID = re.compile(rf"[0-9A-Fa-f.-]{{1,36}}|{_TRACE}|[0-9a-f]{{16}}-[A-Z]{{3}}|{_OF_AZURE}")
_OF_TYPE = re.compile(r"(?:.*[/#.:])?([A-Za-z][\w-]*[A-Za-z])")  # the last word of an address or a class
_NO_TYPE = re.compile(r"about:blank|rfc[0-9]|httpstatus")
_STATUS_IN_WORDS = re.compile(
    r"\bStatus ?Code:? ?([0-9]{3}\b|[A-Za-z]+)|\bHTTP/(?:[0-9.]{1,3} )?([0-9]{3})\b", re.IGNORECASE
)
_STATUS = re.compile("[1-5][0-9]{2}")  # as a code it repeats the answer's status
_CHALLENGE = re.compile(r'\b(error|error_description)="([^"]*)"')
_STATUSES = {each.name.replace("_", "").lower(): each.value for each in HTTPStatus}
_NO_SUCH_CALL = (HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED)
_DEEPEST = 8  # of errors in errors, such as a JSON text in a JSON text
_MOST = 50  # of objects that are looked at


@dataclass(frozen=True)
class ErrorBody:
    """The text of an error, fit to be shown; "" if it has none.

    `code` is the cause's. `ids` are what the service's support asks for, such as "debugId 12312-123123".
    `retry_after` is in seconds. `refused_with` is the status of a service that understood the request: in a SCIM error,
    in GreenLake's own, or in Entra's words about an answer.
    """

    code: str = ""
    text: str = ""
    ids: tuple[str, ...] = ()
    retry_after: float | None = None
    refused_with: int | None = None


def read_error(body: bytes | str | Fields) -> ErrorBody:
    """Read an error's body, or a text that has one in it. What is not known of it is not shown."""
    body = decoded(body) if isinstance(body, bytes) else body
    fields = body if isinstance(body, Mapping) else fields_of(body)
    if fields is None:
        return ErrorBody(refused_with=_refused_with(body, []))
    layers = list(islice(_layers(fields, _DEEPEST), _MOST))
    objects = list(islice(_objects(fields, _DEEPEST), _MOST))
    of_scim = next((each for fields in layers if (each := _scim_status(fields)) is not None), None)
    text = _text(layers)
    details = [*_details(objects), *(() if text else islice(_problems(fields, "", _DEEPEST), _MOST))]
    return ErrorBody(
        code=_code(layers),
        text=brief("; ".join(_sentences(text, details))),
        ids=tuple(_ids(objects)),
        retry_after=next((each for fields in objects for each in _waits(_folded(fields))), None),
        refused_with=_refused_with(body, layers) if of_scim is None else of_scim,
    )


def read_challenge(header: str) -> ErrorBody:
    """Read the header WWW-Authenticate, which has an error's code and sentence if the body is empty."""
    return read_error(dict(_CHALLENGE.findall(header)))


def _folded(fields: Fields) -> dict[str, object]:
    """Return fields by names of small letters alone: services differ in how they write them."""
    return {re.sub(r"[^a-z0-9]", "", name.lower()): value for name, value in fields.items()}


def _json_in(text: str) -> Fields | None:
    return json_in(text) if "{" in text else None


def _inside(value: object) -> Iterator[Fields]:
    """Yield the objects that a field holds: one, a list of them, or a text of JSON."""
    if isinstance(value, str):
        value = _json_in(value)
    for each in cast("list[object]", value) if isinstance(value, list) else [value]:
        if isinstance(each, dict):
            yield cast("Fields", each)


def _layers(fields: Fields, depth: int) -> Iterator[dict[str, object]]:
    """Yield an error and the errors inside of it, the cause last."""
    folded = _folded(fields)
    yield folded
    if depth:
        for name in dict.fromkeys((*_ENVELOPES, *_TEXTS, "innererror")):
            for inner in islice(_inside(folded.get(name)), 1):  # of several errors the first
                yield from _layers(inner, depth - 1)


def _objects(fields: Fields, depth: int) -> Iterator[Fields]:
    """Yield an object and all objects in it."""
    yield fields
    if depth:
        for value in (each for name, each in fields.items() if not _is_echo(name)):
            for inner in _inside(value):
                yield from _objects(inner, depth - 1)


def _code(layers: list[dict[str, object]]) -> str:
    given = [str(code) for fields in layers for name in _CODES if _is_code(name, code := fields.get(name))]
    codes = [each for each in given if each and _json_in(each) is None and not _STATUS.fullmatch(each)]
    described = [str(fields.get("errordescription")) for fields in layers]
    of_entra = next((found[0] for each in described if (found := _OF_ENTRA.search(each))), "")
    telling = [each for each in codes if not _SAYS_NOTHING.fullmatch(each)]
    of_scim = [code for fields in layers if isinstance(code := fields.get("scimtype"), str) and code]
    of_grpc = [status for fields in layers if _OF_GRPC.fullmatch(status := str(fields.get("status")))]
    in_words = () if all(each.isdigit() for each in codes) else _in_words(_text(layers))
    types = [str(fields["type"]) for fields in layers if "type" in fields]
    of_type = [found[1] for each in types if not _NO_TYPE.search(each) and (found := _OF_TYPE.fullmatch(each))]
    return masked(of_entra or next(iter([*telling[::-1], *of_scim, *of_grpc, *in_words, *codes, *of_type]), ""))


def _is_code(name: str, value: object) -> bool:
    return type(value) in (str, int) and not (name == "error" and " " in str(value))  # that one may be a sentence


def _in_words(text: str) -> list[str]:
    return [code for words, code in _IN_WORDS if words.search(text)]


def _text(layers: list[dict[str, object]]) -> str:
    """Return the sentence of the innermost error that has one."""
    texts = [each for fields in layers if (each := _sentence(fields))]
    return texts[-1] if texts else ""


def _sentence(fields: Mapping[str, object]) -> str:
    for name in _TEXTS:
        value = fields.get(name)
        if isinstance(value, dict):
            value = _in_one_language(cast("Fields", value))
        elif isinstance(value, list):
            value = "; ".join(each for each in cast("list[object]", value) if isinstance(each, str))
        if not isinstance(value, str) or not value.strip() or _json_in(value) is not None:
            continue
        if name != "error" or " " in value.strip():  # that one may be a code
            return value.strip()
    return ""


def _in_one_language(value: Fields) -> object:
    """Return the text of {"lang", "value"}, or the first of texts by their languages."""
    return value.get("value") or next(
        (each for name, each in value.items() if re.fullmatch("[a-z]{2}([-_].*)?", name)), None
    )


def _sentences(text: str, details: list[str]) -> list[str]:
    """List the sentence, unless a detail repeats it with its place, and each detail once."""
    repeated = any(each.endswith(f": {text}") for each in details)
    return list(dict.fromkeys(each for each in ("" if repeated else text, *details) if each))


def _details(objects: list[Fields]) -> Iterator[str]:
    """Yield an error's text for each problem, with what it is about."""
    for name, value in ((name, value) for fields in objects for name, value in _folded(fields).items()):
        if name.endswith("errors") or (name in _DETAILS and not isinstance(value, str)):
            yield from _problems(value, "", _DEEPEST, by_field=True)


def _problems(value: object, about: str, depth: int, *, by_field: bool = False) -> Iterator[str]:
    """Yield the sentences of problems: a text, an object, or lists of them; `by_field`: names are those of fields."""
    if isinstance(value, str):
        yield f"{about}: {value}" if about and about not in value else value
    for each in cast("list[object]", value) if isinstance(value, list) and depth else ():
        yield from _problems(each, about, depth - 1)
    if isinstance(value, dict) and depth:
        folded = _folded(cast("Fields", value))
        if said := _sentence(folded):
            yield from _problems(
                said, next((each for key in _ABOUT if (each := _place(folded.get(key)))), about), depth
            )
        else:
            yield from _by_field(cast("Fields", value), about, depth, any_name=by_field)


def _by_field(fields: Fields, about: str, depth: int, *, any_name: bool) -> Iterator[str]:
    for name, value in fields.items():
        if _is_echo(name):
            continue
        folded = next(iter(_folded({name: 0})))
        place = "" if folded.endswith("errors") or folded in _DETAILS else name
        says = any_name or (isinstance(value, list) and folded not in PLACES) or _OF_SENTENCE.search(name)
        for each in cast("list[object]", value) if isinstance(value, list) else [value]:
            if isinstance(each, list | dict) or (isinstance(each, str) and says and _SENTENCE.search(each)):
                yield from _problems(cast("object", each), ".".join(part for part in (about, place) if part), depth - 1)


def _is_echo(name: str) -> bool:
    return any(map(ECHOES.fullmatch, _folded({name: 0})))


def _place(value: object) -> str:
    """Return what a problem is about, which may be a path in parts."""
    steps = cast("list[object]", value) if isinstance(value, list) else [value]
    return ".".join(str(step) for step in steps if isinstance(step, str | int))


def _ids(objects: list[Fields]) -> Iterator[str]:
    """Yield each id that support asks for once, by the first of its names."""
    seen: set[str] = set()
    for name, value in ((name, value) for fields in objects for name, value in fields.items()):
        known = _IDS.fullmatch(next(iter(_folded({name: 0}))))
        if known and isinstance(value, str) and _ID.fullmatch(value) and value not in seen:
            seen.add(value)
            yield f"{name} {value}"


def _waits(fields: Mapping[str, object]) -> Iterator[float]:
    for name, unit in _WAITS.items():
        value = fields.get(name)
        number = None if isinstance(value, bool) else _SECONDS.fullmatch(str(value))
        if number:
            yield float(number[1]) * unit


def _refused_with(body: str | Fields, layers: list[dict[str, object]]) -> int | None:
    """Return the status of an answer, None for an address that the service does not know, and for no refusal."""
    given = [status for fields in layers if isinstance(status := fields.get("httpstatuscode"), int)]
    texts = [body] if isinstance(body, str) else [each for fields in layers for each in fields.values()]
    words = [
        word for each in texts if isinstance(each, str) for found in _STATUS_IN_WORDS.findall(each) for word in found
    ]
    named = [int(each) if each.isdigit() else _STATUSES.get(each.lower(), 0) for each in words]
    status = next((each for each in [*given, *named] if each >= HTTPStatus.BAD_REQUEST), 0)
    return status if status and status not in _NO_SUCH_CALL else None


def _scim_status(fields: Mapping[str, object]) -> int | None:
    """Return the status in a SCIM error, a text there; 400 if it has none."""
    schemas = f"{fields.get('schemas')} {fields.get('schema')}".lower()  # Amazon's has the second
    if "scim:api:messages:2.0:error" not in schemas and "scimtype" not in fields:
        return None
    status = str(fields.get("status") or "")
    return int(status) if status.isascii() and status.isdigit() and len(status) == 3 else 400
