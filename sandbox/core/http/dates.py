"""The Date header of every answer, by the clock of the world that answers: clients compare other times with it."""

from datetime import datetime, timezone
from email.utils import format_datetime

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sandbox.core.world import World


class DateMiddleware:
    """Sets the moment at which an answer begins; the server's own header is up to a second old."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the request through and date its answer."""

        async def dated(message: Message) -> None:
            if message["type"] == "http.response.start":
                world: World | None = scope.get("state", {}).get("world")
                now = world.now() if world else datetime.now(tz=timezone.utc)
                MutableHeaders(scope=message)["Date"] = format_datetime(now.astimezone(timezone.utc), usegmt=True)
            await send(message)

        await self._app(scope, receive, dated)
