"""Microsoft Graph as the stand-in uses it: JSON in and out, retries as the real plugin chooses them but short."""

import asyncio
import json
import ssl
from collections import defaultdict
from collections.abc import Callable
from typing import Any

from azuread_stand_in.client.exchange import Answer, exchange
from azuread_stand_in.errors import GraphError, StandInError

Body = dict[str, Any]
Retry = Callable[[GraphError], bool]

_RETRIED = frozenset({408, 424, 429, *range(500, 600)}) - {501}
_WAITS_S = (0.1, 0.3, 0.6)
_LONGEST_RETRY_AFTER_S = 3
_LONGEST_MESSAGE = 500


def never(_: GraphError) -> bool:
    """Retry nothing beyond what every request retries."""
    return False


def synchronization(error: GraphError) -> bool:
    """The synchronization API: 403 and 409 may pass, because rights and service principals spread slowly."""
    return error.status in {403, 409}


class Graph:
    """A signed-in Graph. Paths begin with the version, such as `/v1.0/applications/{id}`."""

    def __init__(self, base_url: str, access_token: str, tls: ssl.SSLContext) -> None:
        self._base_url = base_url
        self._tls = tls
        self._headers = {
            "Authorization": f"Bearer {access_token}",
            "Accept": "application/json; charset=utf-8; IEEE754Compatible=false",
            "Content-Type": "application/json; charset=utf-8",
            "OData-Version": "4.0",
            "OData-MaxVersion": "4.0",
            "User-Agent": "greenlake-scim-sandbox azuread-stand-in",
        }
        self._locks: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    def one_at_a_time(self, name: str) -> asyncio.Lock:
        """The lock of one service principal: its secret and its jobs are written one after another."""
        return self._locks[name]

    async def get(self, path: str, retry: Retry = never) -> Body:
        """GET one object."""
        return await self.send("GET", path, retry=retry)

    async def find(self, path: str, retry: Retry = never) -> Body | None:
        """GET one object, or None if Graph answers 404."""
        try:
            return await self.get(path, retry=retry)
        except GraphError as error:
            if error.status == 404:
                return None
            raise

    async def send(self, method: str, path: str, body: Body | None = None, retry: Retry = never) -> Body:
        """Send, retry what may pass within about a second, and return the JSON of the answer ({} if it has none)."""
        data = None if body is None else json.dumps(body).encode()
        waits = iter(_WAITS_S)
        while True:
            answer = await exchange(self._tls, method, self._base_url + path, self._headers, data)
            error = _error_of(answer)
            if error is None:
                return _json_of(answer)
            wait = next(waits, None)
            if wait is None or not (error.status in _RETRIED or retry(error)):
                raise error
            await asyncio.sleep(_pause(answer.retry_after, wait))


def _pause(retry_after: str, wait: float) -> float:
    return min(int(retry_after), _LONGEST_RETRY_AFTER_S) if retry_after.isdecimal() else wait


def _error_of(answer: Answer) -> GraphError | None:
    if 200 <= answer.status < 300:
        return None
    try:
        detail: Body = json.loads(answer.body)["error"]
        code, message = str(detail["code"]), str(detail["message"])[:_LONGEST_MESSAGE]
    except (ValueError, KeyError, TypeError):
        code, message = "unknown", "the answer has no Graph error body"
    return GraphError(answer.status, answer.phrase, code, message)


def _json_of(answer: Answer) -> Body:
    if not answer.body:
        return {}
    try:
        return json.loads(answer.body)
    except ValueError as error:
        raise StandInError(f"unexpected status {answer.status} with a body that is not JSON") from error
