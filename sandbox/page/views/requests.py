"""The requests as they pass. A query is shown without values that could be secret: only known harmless ones are."""

from dataclasses import dataclass
from urllib.parse import parse_qsl

from sandbox.journal import Entry
from sandbox.page.reading import Reading

_HARMLESS = frozenset(
    (
        *("$filter", "$select", "$top", "$count", "$orderby", "$skiptoken", "remove-current", "remove_current"),
        *("filter", "attributes", "excludedAttributes", "startIndex", "count", "sortBy", "sortOrder"),
    )
)
_LONGEST = 90


@dataclass(frozen=True)
class RequestView:
    """One request; `who` is the sender's kind, `outcome` tells a failure in a word for those who see no colour."""

    seq: int
    at: str
    who: str
    service: str
    method: str
    path: str
    query: str
    status: str
    outcome: str
    ms: str
    token: str


def view(reading: Reading) -> tuple[RequestView, ...]:
    """Return the requests, newest first."""
    return tuple(_request(one) for one in reading.requests)


def query(text: str) -> str:
    """Return a query as it may be shown."""
    pairs = parse_qsl(text, keep_blank_values=True)
    shown = "&".join(f"{name}={value if name in _HARMLESS else '…'}" for name, value in pairs)
    return shown if len(shown) <= _LONGEST else f"{shown[:_LONGEST]}…"


def _request(one: Entry) -> RequestView:
    failed = one.status == 0 or one.status >= 400
    return RequestView(
        seq=one.seq,
        at=one.at[11:19],
        who=one.client or "program",
        service=one.service,
        method=one.method,
        path=one.path,
        query=query(one.query),
        status=str(one.status) if one.status else "no answer",
        outcome="failed" if failed else "",
        ms=f"{one.duration_ms:,.0f}",
        token=one.token,
    )
