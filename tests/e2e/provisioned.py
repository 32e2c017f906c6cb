"""What arrived in GreenLake, and what should have: read over SCIM and Graph as an administrator."""

from typing import Any

import httpx

from tests.e2e.workspace import Workspace


def scim_users(workspace: Workspace) -> list[dict[str, Any]]:
    return _listed(workspace, "Users")


def scim_groups(workspace: Workspace) -> list[dict[str, Any]]:
    return _listed(workspace, "Groups")


def assigned_users(workspace: Workspace, groups: list[str]) -> set[str]:
    """Return the names that the enabled direct members of the groups should have in GreenLake."""
    names: set[str] = set()
    with workspace.world.graph("admin_client") as graph:
        for name in groups:
            found = graph.get("groups", params={"$filter": f"displayName eq '{name}'"}).raise_for_status().json()
            members = graph.get(f"groups/{found['value'][0]['id']}/members").raise_for_status().json()["value"]
            for member in members:
                user = graph.get(f"users/{member['id']}")
                if user.is_success:
                    # Entra cuts this off a guest's name when it is the source of a mapping.
                    names.add(user.json()["userPrincipalName"].partition("#EXT#")[0])
    return names


def _listed(workspace: Workspace, kind: str) -> list[dict[str, Any]]:
    """Read a whole SCIM list with the proxy token of the state, as its holder may."""
    token = workspace.token()
    base = f"{workspace.world.about['greenlake']}/v1alpha1/scimproxy"
    found: list[dict[str, Any]] = []
    with httpx.Client(verify=workspace.world.sandbox.tls, headers={"Authorization": f"Bearer {token}"}) as scim:
        while True:
            query = {"startIndex": len(found) + 1, "count": 100}
            page = scim.get(f"{base}/{kind}", params=query).raise_for_status().json()
            found += page.get("Resources", [])
            if len(found) >= page["totalResults"]:
                return found
