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
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, cast

from providers.http.error_body import read_error
from providers.masking import masked

if TYPE_CHECKING:
    from requests import Response

_NAME = re.compile("^(is|has|was)|[^a-z]")  # what the name of a field has besides
_FLAGS = ("ok", "success", "successful", "succeeded", "delivered", "accepted", "sent")
_ERRORS = re.compile(
    "(err|error|fail|fault|exception|reject)"
    "(s|ed|ure|ures|code|msg|message|type|description|details?|count|reason|summary)?"
)
_STATES = ("status", "statuscode", "httpstatus", "httpstatuscode", "code", "result", "state", "outcome", "type")
_NO = ("false", "no", "0")
_NO_ERROR = (*_NO, "none", "null", "ok", "success")
_STATUS = re.compile("[45][0-9]{2}")
_WORDS = re.compile(
    "(?<![a-z])(error(s|ed)?|fail(s|ed|ure)?|invalid|denied|prohibited|forbidden|unauthori[sz]ed|disabled|archived|"
    "exceeded|rejected|refused|no_[a-z_]+|too_many|not[ _](found|sent|delivered|accepted|allowed))(?![a-z])"
)
_NO_WORDS = re.compile(r"\b(no|0|without)[ _](errors?|failures?)\b")
_PAGE = re.compile("<!doctype html|<html")
_CODE = re.compile("[a-z_]{2,40}")
_LONGEST = 500  # of a sentence
_MULTIPLE_CHOICES, _SEE_OTHER = 300, 303


def refuses(body: str) -> bool:
    """Return whether the body of an answer reports that the message was not taken; pure."""
    try:
        value: object = json.loads(body)
    except (ValueError, RecursionError):
        value = body
    return _refuses(value)


def _refuses(value: object) -> bool:
    if isinstance(value, str):
        text = value.strip()[:_LONGEST].lower()
        return bool(_PAGE.match(text) or _WORDS.search(_NO_WORDS.sub("", text)))
    if isinstance(value, dict):
        fields = cast("Mapping[str, object]", value)
        return any(_tells(_NAME.sub("", name.lower()), each) for name, each in fields.items())
    if isinstance(value, list):
        return any(_refuses(cast("object", each)) for each in cast("list[object]", value) if isinstance(each, dict))
    return value is False


def _tells(name: str, value: object) -> bool:
    """Return whether a field reports it; what a service repeats of the message stands in fields of other names."""
    text = str(value).strip().lower()
    if name in _FLAGS:
        return text in _NO
    if _ERRORS.fullmatch(name):
        return bool(value) and text not in _NO_ERROR
    return name in _STATES and (bool(_STATUS.fullmatch(text)) or (isinstance(value, str) and _refuses(value)))


class Reason:
    """Why a message was not taken, by status and code; "" if nobody knows."""

    text = ""

    def judge(self, answer: "Response") -> None:
        """Keep what an answer reports. Raises RequestException if its status alone would count as a success."""
        from requests import RequestException

        body = answer.content.decode("utf-8-sig", errors="replace")
        is_success = answer.status_code < _MULTIPLE_CHOICES
        if is_success and not refuses(body):
            return
        word = body.strip()
        code = word if _CODE.fullmatch(word) else read_error(body).code
        self.text = f"{answer.status_code} {masked(code) or ('with an error' if is_success else '')}".strip()
        if answer.status_code <= _SEE_OTHER:  # a redirect makes a GET of the POST: the message does not arrive
            raise RequestException(self.text)


@contextmanager
def judging() -> Generator[Reason]:
    """Judge each answer that `requests` gets meanwhile, by which apprise sends: apprise goes by the status alone."""
    from requests import RequestException
    from requests.adapters import HTTPAdapter

    reason, send = Reason(), cast("Callable[..., Response]", HTTPAdapter.send)

    def judged(*arguments: Any, **named: Any) -> "Response":
        try:
            answer = send(*arguments, **named)
        except RequestException as error:
            reason.text = type(error).__name__
            raise
        reason.judge(answer)
        return answer

    HTTPAdapter.send = judged
    try:
        yield reason
    finally:
        HTTPAdapter.send = send
