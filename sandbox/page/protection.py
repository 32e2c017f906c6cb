"""Who may use the page: a browser on this machine that was sent here by the page itself, and nobody in between.

The page has buttons and no password, so other sites must not press them: neither with their own form (answered by
`Sec-Fetch-Site`, or `Origin` if a browser lacks it) nor through a name that they point at 127.0.0.1 (by `Host`).
"""

from collections.abc import Mapping

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_NAMES = ("127.0.0.1", "localhost")
_HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}


class ProtectionMiddleware:
    """Refuses what comes from elsewhere, and asks the browser to be as strict."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve the request, or refuse it with a sentence."""

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update(_HEADERS)
                headers.setdefault("Cache-Control", "no-store")
            await send(message)

        served = self._app if scope["type"] != "http" else _refusal(scope) or self._app
        await served(scope, receive, guarded)


def _refusal(scope: Scope) -> Response | None:
    headers, port = Headers(scope=scope), scope["server"][1]
    ours = [f"{name}:{port}" for name in _NAMES]
    host = headers.get("host", "")
    if host not in ours:
        return PlainTextResponse(f"This page is at http://{ours[0]} only.\n", 421)
    if scope["method"] in ("GET", "HEAD"):
        return None
    site = headers.get("sec-fetch-site")
    same = site == "same-origin" if site else headers.get("origin") == f"http://{host}"
    return None if same else PlainTextResponse("Only the page's own buttons may do this.\n", 403)
