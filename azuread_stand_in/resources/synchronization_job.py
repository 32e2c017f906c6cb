"""`SynchronizationJob`: one provisioning job of a service principal, of which only start and pause can be changed."""

from typing import Any

from azuread_stand_in.client.graph_client import Graph, synchronization
from azuread_stand_in.client.waiting import settle
from azuread_stand_in.errors import StandInError


async def create(graph: Graph, inputs: dict[str, Any]) -> str:
    """GET the service principal, POST the job, wait until it can be read."""
    principal = inputs["servicePrincipalId"]
    async with graph.one_at_a_time(principal):
        if await graph.find(f"/v1.0{principal}") is None:
            raise StandInError(f"{principal} was not found")
        body = {"@odata.type": "#microsoft.graph.synchronizationJob", "templateId": inputs["templateId"]}
        made = await graph.send("POST", f"/v1.0{principal}/synchronization/jobs", body, retry=synchronization)
        resource_id = f"{principal}/synchronization/jobs/{made['id']}"

        async def readable() -> bool:
            return await graph.find(f"/v1.0{resource_id}") is not None

        await settle(readable, f"timed out waiting for creation of {resource_id}")
    return resource_id


async def finish(graph: Graph, resource_id: str, inputs: dict[str, Any]) -> None:
    """POST start, if the job is wanted enabled."""
    if inputs["enabled"]:
        await graph.send("POST", f"/v1.0{resource_id}/start", retry=synchronization)


async def read(graph: Graph, resource_id: str, _: dict[str, Any]) -> dict[str, Any] | None:
    """GET the job. Only an Active schedule counts as enabled; quarantine and status are never looked at."""
    job = await graph.find(f"/v1.0{resource_id}", retry=synchronization)
    if job is None:
        return None
    schedule = job["schedule"]
    return {
        "enabled": schedule["state"] == "Active",
        "schedules": [{name: schedule.get(name) or "" for name in ("expiration", "interval", "state")}],
        "servicePrincipalId": resource_id.partition("/synchronization/")[0],
        "templateId": job["templateId"],
    }


async def update(graph: Graph, resource_id: str, old: dict[str, Any], new: dict[str, Any]) -> None:
    """POST start or pause, if `enabled` differs from state: a failed one already put the new value there."""
    if old.get("enabled") != new["enabled"]:
        await graph.send("POST", f"/v1.0{resource_id}/{'start' if new['enabled'] else 'pause'}", retry=synchronization)


async def delete(graph: Graph, resource_id: str, _: dict[str, Any]) -> None:
    """DELETE, gone already is an error; then wait for a 404."""

    async def gone() -> bool:
        return await graph.find(f"/v1.0{resource_id}") is None

    async with graph.one_at_a_time(resource_id.partition("/synchronization/")[0]):
        await graph.send("DELETE", f"/v1.0{resource_id}", retry=synchronization)
        await settle(gone, f"timed out waiting for deletion of {resource_id}")
