"""What every call to Microsoft Graph has in common: who signs in, what to do about a refusal, lists of many pages."""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, cast

from providers import environment
from providers.entra.graph.code_hints import CODE_HINTS
from providers.entra.graph.fields import entries
from providers.entra.sign_in.access_token import graph_bearer
from providers.errors import UnexpectedAnswerError
from providers.http import Call, send
from providers.http.deadline import Deadline

Json = dict[str, Any]

_VERSION = "v1.0"


@dataclass(frozen=True)
class GraphClient:
    """Calls to Graph v1.0 in one tenant, with the sign-in of the environment, all within one deadline."""

    tenant_id: str
    deadline: Deadline
    environ: Mapping[str, str] = field(default_factory=environment.current, repr=False)

    def call(
        self,
        what: str,
        method: str,
        address: str,
        *,
        permission: str,
        body: Json | None = None,
        hints: Mapping[int, str] | None = None,
    ) -> Call:
        """Prepare a call; `address` is a path such as /users, or the whole address of a next page."""
        base, bearer = self._signed_in
        grant = f"grant the application permission {permission} to the client that signs in, with admin consent"
        return Call(
            what=f"Graph: {what}",
            method=method,
            url=f"{base}/{_VERSION}{address}" if address.startswith("/") else address,
            headers={"Authorization": f"Bearer {bearer}", "Accept": "application/json"},
            json=body,
            hints={401: grant, 403: grant, **(hints or {})},
            code_hints=CODE_HINTS,
        )

    @cached_property
    def _signed_in(self) -> tuple[str, str]:
        return graph_bearer(self.environ, self.deadline, self.tenant_id)

    def read(self, call: Call) -> Json:
        """Send a call that is answered with a JSON object, and return that. Raises UnexpectedAnswerError."""
        body: object = send(call, self.deadline).json()
        if not isinstance(body, dict):
            raise UnexpectedAnswerError(f"{call.what}: the answer is not a JSON object: check the address of Graph")
        return cast("Json", body)

    def read_one(self, call: Call) -> Json:
        """Send a call that is answered with one thing of the directory, which always has an id."""
        found = self.read(call)
        if not isinstance(found.get("id"), str):
            raise UnexpectedAnswerError(f"{call.what}: the answer has no id: check the address of Graph")
        return found

    def read_list(self, call: Call) -> list[Json]:
        """Send a call that is answered with a list of all there is."""
        return _values(self.read(call), call)

    def pages(
        self, what: str, path: str, *, permission: str, hints: Mapping[int, str] | None = None
    ) -> Iterator[list[Json]]:
        """Read a list page by page, each asked for when it is wanted; a page on another host is never followed."""
        address = path
        while True:
            call = self.call(what, "GET", address, permission=permission, hints=hints)
            page = self.read(call)
            yield _values(page, call)
            following = page.get("@odata.nextLink")
            if not isinstance(following, str):
                return
            if not following.startswith(call.url.split(f"{_VERSION}/")[0]):
                raise UnexpectedAnswerError(f"{call.what}: the next page is on another host, which is never followed")
            address = following


def _values(body: Json, call: Call) -> list[Json]:
    """Return the entries of a list, which is null if it is empty. An answer that is not a list is an error."""
    if "value" in body:
        with suppress(UnexpectedAnswerError):  # raised below with the name of the call
            return entries(body, "value")
    raise UnexpectedAnswerError(f"{call.what}: the answer is not a list: check the address of Graph")
