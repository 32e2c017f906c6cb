"""`AppRoleAssignment`: one user or group in one role of an enterprise application."""

from typing import Any

from azuread_stand_in.client.graph_client import Graph
from azuread_stand_in.errors import GraphError, StandInError


def _reference_may_appear(error: GraphError) -> bool:
    missing_reference = "Not a valid reference update" in error.message
    return error.status == 404 or (error.status == 400 and missing_reference)


async def create(graph: Graph, inputs: dict[str, Any]) -> str:
    """GET the service principal, POST the assignment. A second one alike is Graph's 400, at once."""
    resource = inputs["resourceObjectId"]
    if await graph.find(f"/v1.0/servicePrincipals/{resource}") is None:
        raise StandInError(f'Service principal not found for resource (Object ID: "{resource}")')
    body = {
        "@odata.type": "#microsoft.graph.appRoleAssignment",
        "appRoleId": inputs["appRoleId"],
        "principalId": inputs["principalObjectId"],
        "resourceId": resource,
    }
    path = f"/v1.0/servicePrincipals/{resource}/appRoleAssignedTo"
    made = await graph.send("POST", path, body, retry=_reference_may_appear)
    return f"/servicePrincipals/{made['resourceId']}/appRoleAssignedTo/{made['id']}"


async def read(graph: Graph, resource_id: str, _: dict[str, Any]) -> dict[str, Any] | None:
    """GET the assignment."""
    assignment = await graph.find(f"/v1.0{resource_id}")
    if assignment is None:
        return None
    return {
        "appRoleId": assignment["appRoleId"],
        "principalDisplayName": assignment.get("principalDisplayName") or "",
        "principalObjectId": assignment["principalId"],
        "principalType": assignment.get("principalType") or "",
        "resourceDisplayName": assignment.get("resourceDisplayName") or "",
        "resourceObjectId": assignment["resourceId"],
    }


async def delete(graph: Graph, resource_id: str, _: dict[str, Any]) -> None:
    """DELETE; gone already is an error."""
    await graph.send("DELETE", f"/v1.0{resource_id}")
