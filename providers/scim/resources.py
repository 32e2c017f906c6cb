"""Read all that a SCIM service holds, page by page, with the token that Entra presents to it.

Presenting a token uses it: only for a token that Entra has been using, never while an overlap is open (docs/adr/0014).
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal, cast
from urllib.parse import urlencode

from providers.errors import UnexpectedAnswerError
from providers.http import Call, send
from providers.http.deadline import Deadline
from providers.scim.probing import address

Json = dict[str, Any]
Endpoint = Literal["Users", "Groups"]

# Of a group all members come along, so that a page of many could outgrow what an answer may have.
_COUNT: dict[Endpoint, int] = {"Users": 200, "Groups": 20}
_HINTS = {
    401: "GreenLake does not accept the token of the state: `pulumi up --refresh` sees that and rotates",
    403: "the token may not list what was provisioned: ask HPE what it may do",
    404: "check greenlake.tenantUrl in the stack file",
}


@dataclass(frozen=True)
class ResourcePage:
    """Resources that no page before had, and the total that the service reports."""

    resources: list[Json]
    total: int


@dataclass(frozen=True)
class ScimDirectory:
    """The users and groups of a SCIM service."""

    base_address: str
    token: str = field(repr=False)

    def pages(self, endpoint: Endpoint) -> Iterator[ResourcePage]:
        """Read a list page by page (RFC 7644 3.4.2.4). Raises UnexpectedAnswerError if pages repeat or end early."""
        seen: set[str] = set()
        start = 1
        while True:
            page = self._page(endpoint, start)
            fresh = {str(each.get("id")): each for each in page.resources if str(each.get("id")) not in seen}
            if not fresh and len(seen) < page.total:
                raise UnexpectedAnswerError(
                    f"SCIM: list {endpoint}: {len(seen)} of {page.total} came, and then none that was new: run again; "
                    "if that stays so, the service does not page"
                )
            seen |= fresh.keys()
            yield ResourcePage(list(fresh.values()), page.total)
            start += len(page.resources)
            if start > page.total:
                return

    def _page(self, endpoint: Endpoint, start: int) -> ResourcePage:
        call = Call(
            what=f"SCIM: list {endpoint}",
            method="GET",
            url=address(self.base_address, endpoint, urlencode({"startIndex": start, "count": _COUNT[endpoint]})),
            headers={"Authorization": f"Bearer {self.token}", "Accept": "application/scim+json"},
            hints=_HINTS,
        )
        fields = send(call, Deadline()).fields()
        total: object = fields.get("totalResults")
        resources: object = fields.get("Resources") or []
        if not isinstance(total, int) or not isinstance(resources, list):
            raise UnexpectedAnswerError(
                f"{call.what}: the answer is not a SCIM list: check greenlake.tenantUrl in the stack file"
            )
        return ResourcePage(
            [cast("Json", each) for each in cast("list[object]", resources) if isinstance(each, dict)], total
        )
