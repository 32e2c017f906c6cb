"""Entra's SCIM client: real HTTP over verified TLS, in the dialect that Microsoft documents.

Users are read by id and looked up by attribute, groups without their members, membership by its own filter; never
/Bulk. Source: Microsoft, "Develop and plan provisioning for a SCIM endpoint".
"""

import json
from collections.abc import Callable
from http import HTTPStatus
from urllib.parse import quote, urlencode
from uuid import uuid4

from sandbox.core.http.journal import ENGINE_USER_AGENT
from sandbox.core.json_types import is_list, is_object
from sandbox.provisioning.mapping.paths import Resource
from sandbox.provisioning.scim.changes import Operation, body
from sandbox.provisioning.scim.connection import Answer, Connection
from sandbox.provisioning.scim.pace import Pace
from sandbox.provisioning.scim.refusals import (
    INCOMPATIBLE,
    INVALID_CREDENTIALS,
    UNAVAILABLE,
    CredentialsRefused,
    EntryError,
    code_of,
)
from sandbox.provisioning.scim.target_credentials import Credentials

MEDIA_TYPE = "application/scim+json"
_REASON_LENGTH = 300


class TokenRefusedError(Exception):
    """The target answered 401 to a push: nothing else can succeed in this cycle."""


class ScimClient:
    """The calls of one cycle; `credentials` is asked before each, when its turn has come, and may answer anew."""

    def __init__(self, connection: Connection, credentials: Callable[[], Credentials], pace: Pace) -> None:
        self._connection = connection
        self._credentials = credentials
        self._pace = pace

    @property
    def credentials(self) -> Credentials:
        """What the next call presents."""
        return self._credentials()

    async def test(self, user_attribute: str, group_attribute: str) -> None:
        """Ask for a user and a group that do not exist, as Test Connection and every cycle do.

        Raises CredentialsRefused: the code distinguishes refused credentials, no answer, and no SCIM service.
        """
        try:
            await self.find("Users", user_attribute, str(uuid4()))
            await self.find("Groups", group_attribute, str(uuid4()))
        except TokenRefusedError:
            message = "We received this unexpected response from your application: 401 Unauthorized."
            raise CredentialsRefused(INVALID_CREDENTIALS, message) from None
        except EntryError as error:
            raise CredentialsRefused(_tested(error), error.reason) from None

    async def find(self, endpoint: str, attribute: str, value: str) -> list[Resource]:
        """Return the objects with this value of an attribute."""
        return await self._query(endpoint, f'{attribute} eq "{_quoted(value)}"')

    async def is_member(self, group: str, user: str) -> bool:
        """Return whether a group has a member."""
        return bool(await self._query("Groups", f'id eq "{group}" and members eq "{user}"'))

    async def create(self, endpoint: str, resource: Resource) -> str:
        """Create an object; return its id."""
        created = await self._call("POST", f"/{endpoint}", content=resource)
        if not isinstance(created.get("id"), str):
            raise EntryError(INCOMPATIBLE, "The answer to a create has no id.")
        return created["id"]

    async def read(self, endpoint: str, identity: str) -> Resource | None:
        """Return an object, None if it is gone."""
        try:
            return await self._call("GET", _at(endpoint, identity), query=_without_members(endpoint))
        except EntryError as error:
            if error.code != code_of(HTTPStatus.NOT_FOUND):
                raise
            return None

    async def patch(self, endpoint: str, identity: str, operations: list[Operation]) -> None:
        """Change an object."""
        await self._call("PATCH", _at(endpoint, identity), content=body(operations))

    async def delete(self, endpoint: str, identity: str) -> None:
        """Delete an object; gone already is fine."""
        try:
            await self._call("DELETE", _at(endpoint, identity))
        except EntryError as error:
            if error.code != code_of(HTTPStatus.NOT_FOUND):
                raise

    async def _query(self, endpoint: str, text: str) -> list[Resource]:
        answer = await self._call("GET", f"/{endpoint}", query={**_without_members(endpoint), "filter": text})
        resources = answer.get("Resources", [] if answer.get("totalResults") == 0 else None)
        if not is_list(resources):
            raise EntryError(INCOMPATIBLE, "The answer to a query is not a ListResponse.")
        return resources

    async def _call(
        self, method: str, path: str, *, query: dict[str, str] | None = None, content: Resource | None = None
    ) -> Resource:
        await self._pace.turn()
        credentials = self._credentials()
        url = f"{credentials.base_url}{path}{'?' + urlencode(query) if query else ''}"
        headers = {
            "Authorization": f"Bearer {credentials.token}",
            "Accept": MEDIA_TYPE,
            "ADSCIMVersion": "2.0",
            "User-Agent": ENGINE_USER_AGENT,
        }
        answer = await self._connection.request(
            method,
            url,
            headers=headers | ({"Content-Type": MEDIA_TYPE} if content else {}),
            content=json.dumps(content).encode() if content else b"",
        )
        if answer.status_code == HTTPStatus.UNAUTHORIZED:
            raise TokenRefusedError
        if not HTTPStatus.OK <= answer.status_code < HTTPStatus.MULTIPLE_CHOICES:
            raise EntryError(code_of(answer.status_code), _reason(answer))
        return _json(answer)


def _json(answer: Answer) -> Resource:
    if not answer.content:
        return {}
    try:
        found: object = json.loads(answer.content)
    except ValueError:
        found = None
    if not is_object(found):
        raise EntryError(INCOMPATIBLE, "The answer is not a SCIM resource.")
    return found


def _reason(answer: Answer) -> str:
    """Return what the target answered, with the detail of a SCIM error and nothing of another body."""
    try:
        detail = _json(answer).get("detail", "")
    except EntryError:
        detail = ""
    return f"StatusCode: {answer.status_code}. {str(detail)[:_REASON_LENGTH]}".strip()


def _tested(error: EntryError) -> str:
    if error.code == code_of(HTTPStatus.FORBIDDEN):
        return INVALID_CREDENTIALS
    away = error.code in ("Timeout", "WebExceptionProtocolError", "InternalServerError", "TooManyRequests")
    return UNAVAILABLE if away else INCOMPATIBLE


def _at(endpoint: str, identity: str) -> str:
    return f"/{endpoint}/{quote(identity, safe='')}"


def _without_members(endpoint: str) -> dict[str, str]:
    return {"excludedAttributes": "members"} if endpoint == "Groups" else {}


def _quoted(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"')
