"""Whether a service took a message: an answer with a status of success may report in its body that it did not.

    Slack    "ok", or one word such as invalid_payload or no_service
    Teams    202 without a body by a Workflow, which posts later; by a connector "1", or the sentence "Webhook message
             delivery failed with error: ..."
    Discord  204, or 200 with the message
    others   JSON with ok, success, error, errcode or status; the page of a sign-in or a proxy

Sources: Slack's and Discord's documentation of incoming webhooks, Microsoft's of connectors and of the Request trigger.
"""

import json
import re
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, cast

from providers.http.error_body import read_error
from providers.masking import masked

if TYPE_CHECKING:
    from requests import Response

_NAME = re.compile("^(is|has|was)|[^a-z]")  # what the name of a field has besides
_FLAGS, _COUNTS = ("ok", "success"), ("successful", "succeeded", "delivered", "accepted", "sent")
_ERRORS = re.compile(
    "(err|error|fail|fault|exception|reject)"
    "(s|ed|ure|ures|code|msg|message|type|description|details?|count|reason|summary)?"
)
_STATES = ("status", "statuscode", "httpstatus", "httpstatuscode", "code", "result", "state", "outcome", "type")
_STATUS = re.compile("[45][0-9]{2}")
_FAILS = (
    "(error(s|ed)?|fail(s|ed|ures?)?|invalid|denied|prohibited|forbidden|unauthori[sz]ed|disabled|archived|"
    "exceeded|rejected|refused)(?![a-z])"
)
_WORDS = re.compile(
    f"(?<![a-z])({_FAILS}|(no_[a-z_]+|too_many|not[ _](found|sent|delivered|accepted|allowed))(?![a-z]))"
)
_DENIALS = re.compile(
    rf"(?<![a-z0-9.])(no|not|0|zero|without)[ _](any[ _]|messages? )?{_FAILS}([ _](found|occurred))?|"
    rf"(?<![a-z]){_FAILS}( code| count)?[ :=(]+(0+|none)(?![.]?[0-9a-z])"
)
_NO_ERROR = re.compile(
    r"\W*(0[0.x]*|20[0-9]|false|no|none|null)?\W*|"
    r"(?!.*\b(no|not|cannot|without)\b).*\b(ok|success(ful|fully)?)\b.*",
    re.DOTALL,
)
_PAGE = re.compile("<!doctype html|<html")
_CODE = re.compile("[a-z_]{2,40}")
_LONGEST = 500  # of a sentence
_MULTIPLE_CHOICES, _SEE_OTHER = 300, 303


def refuses(body: str) -> bool:
    """Return whether the body of an answer reports that the message was not taken; pure."""
    try:
        return _refuses(json.loads(body))
    except (ValueError, RecursionError):
        return _refuses(body)


def _refuses(value: object) -> bool:
    if isinstance(value, str):
        text = _undenied(value)
        return bool(_PAGE.match(text) or _WORDS.search(text))
    if isinstance(value, dict):
        fields = _fields(cast("Mapping[str, object]", value))
        errors = [(name, each) for name, each in fields if _ERRORS.fullmatch(name)]
        return _any_error(errors) or any(_tells(name, each, fields) for name, each in fields)
    if isinstance(value, list):
        return any(_refuses(cast("object", each)) for each in cast("list[object]", value) if isinstance(each, dict))
    return value is False


def _undenied(text: str) -> str:
    """Return the beginning of a text without what denies a failure, such as "no errors" and "failed: 0"."""
    return _DENIALS.sub("", text.strip()[:_LONGEST].lower())


def _fields(value: Mapping[str, object]) -> list[tuple[str, object]]:
    return [(_NAME.sub("", name.lower()), each) for name, each in value.items()]


def _tells(name: str, value: object, fields: Sequence[tuple[str, object]]) -> bool:
    """Return whether a field reports it; what a service repeats of the message stands in fields of other names."""
    text = str(value).strip().lower()
    if name in (*_FLAGS, *_COUNTS) and text == "0":  # a count if something else is counted
        return name in _FLAGS or not any(re.fullmatch("[1-9][0-9]*", str(each)) for _, each in fields)
    if name in (*_FLAGS, *_COUNTS):
        return text in ("false", "no")
    return name in _STATES and (bool(_STATUS.fullmatch(text)) or (isinstance(value, str) and _refuses(value)))


def _any_error(fields: Sequence[tuple[str, object]]) -> bool:
    """Return whether the fields of an error have one: a text counts only if no code or count beside it is 0."""
    codes = [each for name, each in fields if name.endswith(("code", "count")) and each not in (None, "")]
    is_none = any(not _is_error(each) for each in codes)
    return any(_is_error(each) for _, each in fields if not (is_none and isinstance(each, str)))


def _is_error(value: object) -> bool:
    if isinstance(value, dict):
        return _any_error(_fields(cast("Mapping[str, object]", value)))
    if isinstance(value, list):
        return any(_is_error(each) for each in cast("list[object]", value))
    if value is None or isinstance(value, bool):
        return bool(value)
    text = _undenied(str(value))
    return bool(_WORDS.search(text)) or not _NO_ERROR.fullmatch(text)


class Reason:
    """Why a message was not taken, by status and code; "" if nobody knows."""

    text = ""

    def judge(self, answer: "Response", *, by_get: bool) -> None:
        """Keep what an answer reports. Raises RequestException if its status alone would count as a success.

        A request that reads, as before a message, sends nothing: only its status is kept.
        """
        from requests import RequestException

        body = answer.content.decode("utf-8-sig", errors="replace")
        is_success = answer.status_code < _MULTIPLE_CHOICES
        is_get = answer.request.method in ("GET", "HEAD")
        if is_success and ((is_get and not by_get) or not refuses(body)):
            return
        word = body.strip()
        code = word if _CODE.fullmatch(word) else read_error(body).code
        self.text = f"{answer.status_code} {masked(code) or ('with an error' if is_success else '')}".strip()
        is_lost = answer.status_code <= _SEE_OTHER and not is_get  # the redirect makes a GET of a POST
        if is_success or is_lost:
            raise RequestException(self.text)


@contextmanager
def judging(*, by_get: bool) -> Generator[Reason]:
    """Judge each answer that `requests` gets meanwhile, by which apprise sends: apprise goes by the status alone.

    `by_get` is true if the address asks for GET (`jsons://...?method=GET`): any other GET only reads.
    """
    from requests import RequestException
    from requests.adapters import HTTPAdapter

    reason, send = Reason(), cast("Callable[..., Response]", HTTPAdapter.send)

    def judged(*arguments: Any, **named: Any) -> "Response":
        try:
            answer = send(*arguments, **named)
        except RequestException as error:
            reason.text = type(error).__name__
            raise
        reason.judge(answer, by_get=by_get)
        return answer

    HTTPAdapter.send = judged
    try:
        yield reason
    finally:
        HTTPAdapter.send = send
