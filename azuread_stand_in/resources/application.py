"""`ApplicationFromTemplate`: an application and its service principal, made together from a gallery template."""

from typing import Any

from azuread_stand_in.client.graph_client import Graph
from azuread_stand_in.client.waiting import settle


async def create(graph: Graph, inputs: dict[str, Any]) -> str:
    """POST instantiate with the real name; the id carries the template and both object ids."""
    template = inputs["templateId"]
    made = await graph.send(
        "POST", f"/v1.0/applicationTemplates/{template}/instantiate", {"displayName": inputs["displayName"]}
    )
    return f"/applicationTemplates/{template}/instantiate/{made['application']['id']}/{made['servicePrincipal']['id']}"


async def finish(graph: Graph, resource_id: str, _: dict[str, Any]) -> None:
    """Wait until the application can be read."""

    async def readable() -> bool:
        return await graph.find(_path(resource_id)) is not None

    await settle(readable, "timed out waiting for replication of new application")


async def read(graph: Graph, resource_id: str, _: dict[str, Any]) -> dict[str, Any] | None:
    """One GET of the application; the service principal is never read."""
    application = await graph.find(_path(resource_id))
    if application is None:
        return None
    parts = resource_id.split("/")
    template, application_id, principal_id = parts[2], parts[4], parts[5]
    return {
        "applicationId": f"/applications/{application_id}",
        "applicationObjectId": application_id,
        "displayName": application["displayName"],
        "servicePrincipalId": f"/servicePrincipals/{principal_id}",
        "servicePrincipalObjectId": principal_id,
        "templateId": template,
    }


async def update(graph: Graph, resource_id: str, old: dict[str, Any], new: dict[str, Any]) -> None:
    """PATCH the display name, if it changed."""
    if old.get("displayName") != new["displayName"]:
        body = {"@odata.type": "#microsoft.graph.application", "displayName": new["displayName"]}
        await graph.send("PATCH", _path(resource_id), body)


async def delete(graph: Graph, resource_id: str, _: dict[str, Any]) -> None:
    """DELETE the application, which takes its service principal along; gone already is an error."""
    await graph.send("DELETE", _path(resource_id))


def _path(resource_id: str) -> str:
    return f"/v1.0/applications/{resource_id.split('/')[4]}"
