"""The other ways to write a Graph address: keys in brackets, functions with brackets, and `$count` at the end.

They become the one form that routes know: `servicePrincipals(appId='…')/…` names its object's id, `jobs('…')` is
`jobs/…`, `functions()` is `functions`, and `users/$count` is `users`, counted. Source: OData, URL conventions, and what
Microsoft's own clients send.
"""

import re

from starlette.types import ASGIApp, Receive, Scope, Send

from sandbox.core.http.addressing import world_of
from sandbox.core.world import World

_KEY = re.compile(r"\((?:(?P<name>\w+)=)?'(?P<value>(?:[^']|'')*)'\)")
_KINDS = {"servicePrincipals": "servicePrincipal", "applications": "application"}
_COUNT = "/$count"


class AddressMiddleware:
    """Rewrites the path of a Graph call; `counted` in its state asks for a number instead of a list."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Rewrite and pass on."""
        path: str = scope["path"]
        counted = scope["method"] == "GET" and path.endswith(_COUNT)
        plain = rewritten(path.removesuffix(_COUNT) if counted else path, world_of(scope))
        state = {**scope["state"], "counted": counted}
        await self._app({**scope, "path": plain, "state": state}, receive, send)


def rewritten(path: str, world: World | None) -> str:
    """Return the path in the one form that routes know."""
    return "/".join(_segment(one, world) for one in path.split("/"))


def _segment(text: str, world: World | None) -> str:
    found = _KEY.search(text)
    if found is None or found.end() != len(text):
        return text.removesuffix("()")
    collection, value = text[: found.start()], found["value"].replace("''", "'")
    named = [] if world is None or found["name"] != "appId" else world.all(_KINDS.get(collection, ""))
    identity = next((one["id"] for one in named if one["appId"] == value), value)
    return f"{collection}/{identity}"
