"""`SynchronizationSecret`: the credentials of provisioning, one list a service principal, without an id."""

from typing import Any

from azuread_stand_in.client.graph_client import Graph, synchronization
from azuread_stand_in.client.waiting import settle

_MASK = "*"


async def create(graph: Graph, inputs: dict[str, Any]) -> str:
    """PUT the whole list, then wait until as many entries are listed."""
    principal = inputs["servicePrincipalId"]
    await _put(graph, principal, _entries(inputs))
    return principal


async def update(graph: Graph, resource_id: str, _: dict[str, Any], new: dict[str, Any]) -> None:
    """PUT the whole list, changed or not: so a run after a failed PUT sends it again."""
    await _put(graph, resource_id, _entries(new))


async def read(graph: Graph, resource_id: str, known: dict[str, Any]) -> dict[str, Any] | None:
    """GET the list. A value shown as one asterisk is taken to be the value that state has under that key."""
    listed = await graph.find(_path(resource_id), retry=synchronization)
    if listed is None or "value" not in listed:
        return None
    remembered = {entry["key"]: entry["value"] for entry in _entries(known)}
    credentials = [{"key": entry["key"], "value": _opened(entry, remembered)} for entry in listed["value"]]
    found: dict[str, Any] = {"servicePrincipalId": resource_id}
    return {**found, "credentials": credentials} if credentials else found


async def delete(graph: Graph, resource_id: str, state: dict[str, Any]) -> None:
    """PUT the same keys with empty values, then wait until none of them is listed."""
    keys = [entry["key"] for entry in _entries(state)]

    async def gone() -> bool:
        listed = await graph.find(_path(resource_id), retry=synchronization)
        return listed is None or not any(entry["key"] in keys for entry in listed.get("value", []))

    async with graph.one_at_a_time(resource_id):
        body = {"value": [{"key": key, "value": ""} for key in keys]}
        await graph.send("PUT", _path(resource_id), body, retry=synchronization)
        await settle(gone, f"timed out waiting for deletion of synchronization secrets of {resource_id}")


async def _put(graph: Graph, principal: str, credentials: list[dict[str, str]]) -> None:
    async def as_many_listed() -> bool:
        listed = await graph.get(_path(principal), retry=synchronization)
        return len(listed.get("value", [])) == len(credentials)

    async with graph.one_at_a_time(principal):
        body = {"value": [{"key": entry["key"], "value": entry["value"]} for entry in credentials]}
        await graph.send("PUT", _path(principal), body, retry=synchronization)
        await settle(as_many_listed, f"timed out waiting for synchronization secrets of {principal}")


def _path(principal: str) -> str:
    return f"/v1.0{principal}/synchronization/secrets"


def _entries(values: dict[str, Any]) -> list[dict[str, str]]:
    return values.get("credentials") or []


def _opened(entry: dict[str, str | None], remembered: dict[str, str]) -> str:
    value = entry["value"] or ""
    return remembered.get(str(entry["key"]), value) if value == _MASK else value
