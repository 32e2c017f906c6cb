"""The one way to call a service: what a call and its answer are, and how to send one.

What carries it out is in `providers.http.transport`, which is loaded with the first call: most runs of the engine make
none.
"""

import json
import sys
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime
from typing import Any, cast

from providers.errors import UnexpectedAnswerError
from providers.http.deadline import Deadline


@dataclass(frozen=True)
class Answer:
    """What came back for the call named `what`; `date` is its Date header, "" if it has none."""

    what: str
    status: int
    content_type: str
    body: bytes = field(repr=False)
    date: str = ""

    @property
    def at(self) -> datetime | None:
        """Return the service's own clock."""
        return http_date(self.date)

    def json(self) -> Any:
        """Return the body as JSON. Raises UnexpectedAnswerError, which never shows the body."""
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):
            raise self.no_json() from None

    def fields(self) -> dict[str, Any]:
        """Return the fields of a JSON object, none for JSON of another kind; raises as `json` does."""
        body: object = self.json()
        return cast("dict[str, Any]", body) if isinstance(body, dict) else {}

    def dated(self) -> tuple[dict[str, Any], datetime | None]:
        """Return the fields and the service's own clock; raises as `json` does."""
        return self.fields(), self.at

    def confirm(self) -> None:
        """Raise UnexpectedAnswerError for a body that is not JSON: then the answer is not the service's."""
        if self.body.strip():
            self.json()

    def no_json(self, words: str = "") -> UnexpectedAnswerError:
        """Return the error for a body that is not JSON, with those of its words that may be shown."""
        kind, inside = self.content_type.split(";")[0] or "nothing", f" ({words})" if words else ""
        return UnexpectedAnswerError(
            f"{self.what} was answered {self.status} with {len(self.body)} bytes of {kind}{inside} that are not JSON: "
            "check that the address is the service's own and no proxy or sign-in page answers for it"
        )


@dataclass(frozen=True)
class Call:
    """One request and how to treat it.

    `what` is its name in sentences ("GreenLake: rotate the SCIM proxy token"); of `json`, `form` and `content` at most
    one is its body. `repeatable`: to carry it out twice does no harm, so another attempt follows a lost answer.
    `passing` are the refusals that may pass by themselves (something just made has not spread yet). `seconds` is what
    one attempt may take, if that is more than others may. `hints` has the recommended action for a status,
    `code_hints`, which comes first, for a pattern in the error's code and sentence. `secrets` are values in `json` that
    must never be shown, whatever they look like; those in headers and form never are. `authority` is the file of the CA
    that signs the service's certificate, if the machine's own CAs do not.
    """

    what: str
    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict[str, str], repr=False)
    json: Any = field(default=None, repr=False)
    form: Mapping[str, str] | None = field(default=None, repr=False)
    content: bytes | None = field(default=None, repr=False)
    repeatable: bool = True
    passing: Collection[int] = ()
    seconds: float | None = None
    hints: Mapping[int, str] = field(default_factory=dict[int, str])
    code_hints: Mapping[str, str] = field(default_factory=dict[str, str])
    secrets: Collection[str] = field(default=(), repr=False)
    authority: str = ""


def http_date(text: str) -> datetime | None:
    """Read an HTTP date; one that names no zone is in UTC."""
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)


def send(call: Call, deadline: Deadline) -> Answer:
    """Send a call and return its answer below 300.

    Raises ApiError, UnreachableError or UnexpectedAnswerError, and ConfigurationError for an address or credential that
    cannot be sent; an ApiError has `lost` set if an earlier attempt of this very call got no answer and may have
    been carried out.
    """
    # The command line of httpx loads rich and click, for 0.15 s; None is a module that cannot be imported.
    sys.modules.setdefault("httpx._main", cast("Any", None))
    from providers.http.transport import exchange  # noqa: PLC0415 - httpx and tenacity cost a no-op run a tenth of a second

    return exchange(call, deadline)
