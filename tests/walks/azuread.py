"""The synchronization secret and job as the azuread plugin keeps them: the same calls, and the same blind spots."""

from typing import Any

import httpx

from tests.walks.tenant import Tenant

Properties = dict[str, Any]
_MASK = "*"


class FailedError(Exception):
    """A call failed; `state` is what the plugin leaves in state all the same, None where that is nothing."""

    def __init__(self, state: Properties | None = None) -> None:
        super().__init__("a call of the azuread plugin failed")
        self.state = state


class Secret:
    """One list of credentials, sent whole when an input differs from state, or after a save that failed."""

    def __init__(self, tenant: Tenant) -> None:
        self._tenant = tenant

    def differs(self, olds: Properties, news: Properties) -> bool:
        return bool(olds["failed"]) or olds["credentials"] != news["credentials"]

    def create(self, news: Properties) -> Properties:
        self._put(news["credentials"], left=None)
        return {**news, "failed": False}

    def update(self, _olds: Properties, news: Properties) -> Properties:
        # A save that fails leaves the new credentials in state; that it failed is forgotten with the next refresh.
        self._put(news["credentials"], left={**news, "failed": True})
        return {**news, "failed": False}

    def read(self, olds: Properties) -> Properties | None:
        """GET the list. What is shown as one asterisk is taken to be what state has."""
        answer = _sent(self._tenant, "GET", "synchronization/secrets")
        if answer is None or not answer.is_success:
            raise FailedError(olds)
        known = {one["key"]: one["value"] for one in olds["credentials"]}
        listed = [
            {"key": one["key"], "value": known.get(one["key"], _MASK) if one["value"] == _MASK else one["value"]}
            for one in answer.json()["value"]
        ]
        return {"credentials": listed, "failed": False}

    def delete(self, olds: Properties) -> None:
        self._put([{"key": one["key"], "value": ""} for one in olds["credentials"]], left=olds)

    def _put(self, credentials: list[dict[str, str]], *, left: Properties | None) -> None:
        answer = _sent(self._tenant, "PUT", "synchronization/secrets", {"value": credentials})
        if answer is None or not answer.is_success:
            raise FailedError(left)


class PlannedJob:
    """One job, made stopped, whose start and pause are somebody else's."""

    def __init__(self, tenant: Tenant) -> None:
        self._tenant = tenant

    def differs(self, _olds: Properties, _news: Properties) -> bool:
        return False

    def create(self, _news: Properties) -> Properties:
        """Make the job; one that a killed run made is taken, as recovery enters it in state."""
        listed = _sent(self._tenant, "GET", "synchronization/jobs")
        found: list[Properties] = listed.json()["value"] if listed is not None and listed.is_success else []
        if found:
            return {"id": found[0]["id"]}
        answer = _sent(self._tenant, "POST", "synchronization/jobs", {"templateId": "scim"})
        if answer is None or not answer.is_success:
            raise FailedError
        return {"id": answer.json()["id"]}

    def update(self, olds: Properties, _news: Properties) -> Properties:
        return olds

    def read(self, olds: Properties) -> Properties | None:
        answer = _sent(self._tenant, "GET", f"synchronization/jobs/{olds['id']}")
        if answer is None or not (answer.is_success or answer.status_code == 404):
            raise FailedError(olds)
        return olds if answer.is_success else None

    def delete(self, olds: Properties) -> None:
        answer = _sent(self._tenant, "DELETE", f"synchronization/jobs/{olds['id']}")
        if answer is None or not (answer.is_success or answer.status_code == 404):
            raise FailedError(olds)


def _sent(tenant: Tenant, method: str, path: str, body: Any = None) -> httpx.Response | None:
    """Send one request as the program's client; None if no answer came."""
    try:
        with tenant.world.graph() as graph:
            return graph.request(method, f"servicePrincipals/{tenant.service_principal}/{path}", json=body)
    except httpx.HTTPError:
        return None
