"""The requests as they pass. A query is shown without values that could be secret: only known harmless ones are.

A refused request of the program is not a failed push: it asks whether an old token still works, for one.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl

from sandbox.core.http.journal import JournalEntry
from sandbox.page.reading import Reading

_HARMLESS = frozenset(
    (
        *("$filter", "$select", "$top", "$count", "$orderby", "$skiptoken", "remove-current", "remove_current"),
        *("filter", "attributes", "excludedAttributes", "startIndex", "count", "sortBy", "sortOrder"),
    )
)
_LONGEST = 90
_ID = re.compile(r"\b([0-9a-f]{8})(?:[0-9a-f]{24}|(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\b")
_WORDS: Mapping[int, str] = {0: "", 401: "refused", 403: "refused", 404: "not found", 409: "conflict"}


@dataclass(frozen=True)
class RequestView:
    """One request; `who` is the sender's kind, `outcome` names an error in a word, `failed` marks a failed push.

    `head` and `tail` are the path, with ids cut to their first digits; the tail is its last part, which matters most.
    """

    seq: int
    at: str
    who: str
    service: str
    method: str
    path: str
    head: str
    tail: str
    query: str
    status: str
    outcome: str
    failed: bool
    ms: str
    token: str


def view(reading: Reading) -> tuple[RequestView, ...]:
    """Return the requests, newest first."""
    return tuple(_request(one) for one in reading.requests)


def query(text: str) -> str:
    """Return a query as it may be shown."""
    pairs = parse_qsl(text, keep_blank_values=True)
    shown = _short("&".join(f"{name}={value if name in _HARMLESS else '…'}" for name, value in pairs))
    return shown if len(shown) <= _LONGEST else f"{shown[:_LONGEST]}…"


def _request(one: JournalEntry) -> RequestView:
    head, slash, tail = _short(one.path).rpartition("/")
    return RequestView(
        seq=one.seq,
        at=one.at[11:19],
        who=one.client or "program",
        service=one.service,
        method=one.method,
        path=one.path,
        head=head,
        tail=slash + tail,
        query=query(one.query),
        status=str(one.status) if one.status else "no answer",
        outcome=_outcome(one),
        failed=one.failed and bool(one.client),
        ms=f"{one.duration_ms:,.0f}",
        token=one.token,
    )


def _outcome(one: JournalEntry) -> str:
    """Name the outcome of a request: a push fails, while the program may ask in order to be refused."""
    if not one.failed:
        return ""
    return "failed push" if one.client else _WORDS.get(one.status, "error")


def _short(text: str) -> str:
    return _ID.sub(r"\1…", text)
