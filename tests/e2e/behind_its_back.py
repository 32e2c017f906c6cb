"""What people do in the portals without the program, done over the same APIs that the portals use."""

from collections.abc import Callable
from typing import Any

import httpx

from tests.e2e.workspace import Workspace

Json = dict[str, Any]


def delete_token(workspace: Workspace) -> None:
    """Delete the proxy token at GreenLake."""
    about = workspace.world.about
    form = {
        "client_id": about["iam_client_id"],
        "client_secret": about["iam_client_secret"],
        "grant_type": "client_credentials",
        "scope": "hpe-tenant",
    }
    http = workspace.world.sandbox.http
    bearer = http.post(f"{about['greenlake']}/iam/v1/token", data=form).raise_for_status().json()["access_token"]
    headers = {"Authorization": f"Bearer {bearer}"}
    http.delete(f"{about['greenlake']}/v1alpha1/proxytoken", headers=headers).raise_for_status()


def overwrite_secret(workspace: Workspace) -> None:
    """Save another Secret Token in the portal, all other credentials as they are."""

    def overwrite(graph: httpx.Client, sp: str, _job: str) -> None:
        saved: list[Json] = graph.get(f"{sp}/synchronization/secrets").raise_for_status().json()["value"]
        values = [{**one, "value": "pasted-by-mistake"} if one["key"] == "SecretToken" else one for one in saved]
        graph.put(f"{sp}/synchronization/secrets", json={"value": values}).raise_for_status()

    _as_admin(workspace, overwrite)


def provision_everybody(workspace: Workspace) -> None:
    """Set the scope to all users and groups, and the notifications on, in the portal."""

    def save(graph: httpx.Client, sp: str, _job: str) -> None:
        saved: list[Json] = graph.get(f"{sp}/synchronization/secrets").raise_for_status().json()["value"]
        notified = '{"Enabled":true,"DeleteThresholdEnabled":false,"Recipients":"it@contoso.example"}'
        changed = {"SecretToken": workspace.token(), "SyncAll": "true", "SyncNotificationSettings": notified}
        values = [{**one, "value": changed.get(one["key"], one["value"])} for one in saved]
        _ok(graph.put(f"{sp}/synchronization/secrets", json={"value": values}))

    _as_admin(workspace, save)


def edit_schema(workspace: Workspace, edit: Callable[[Json, Json], None]) -> None:
    """Change the mapping of users and of groups in the mapping editor."""

    def save(graph: httpx.Client, sp: str, job: str) -> None:
        path = f"{sp}/synchronization/jobs/{job}/schema"
        schema: Json = graph.get(path).raise_for_status().json()
        by_source = {each["sourceObjectName"]: each for each in schema["synchronizationRules"][0]["objectMappings"]}
        edit(by_source["User"], by_source["Group"])
        graph.put(path, json=schema).raise_for_status()

    _as_admin(workspace, save)


def edit_mappings(users: Json, groups: Json) -> None:
    """Do all that the mapping editor offers at once: add, remove, change a source, tick an action, disable."""
    title: Json = {"expression": "[jobTitle]", "name": "jobTitle", "type": "Attribute", "parameters": []}
    mail: Json = {"expression": "[mail]", "name": "mail", "type": "Attribute", "parameters": []}
    kept = [each for each in users["attributeMappings"] if each["targetAttributeName"] != "name.givenName"]
    next(each for each in kept if each["targetAttributeName"] == "displayName")["source"] = mail
    users["attributeMappings"] = [*kept, {"targetAttributeName": "title", "source": title}]
    users["flowTypes"] = "Add, Update, Delete"
    groups["enabled"] = False


def pause_job(workspace: Workspace) -> None:
    _as_admin(workspace, lambda graph, sp, job: _ok(graph.post(f"{sp}/synchronization/jobs/{job}/pause")))


def delete_job(workspace: Workspace) -> None:
    _as_admin(workspace, lambda graph, sp, job: _ok(graph.delete(f"{sp}/synchronization/jobs/{job}")))


def replace_job(workspace: Workspace) -> str:
    """Make another job of the same template, and delete the one of the stack."""
    made: list[str] = []

    def replace(graph: httpx.Client, sp: str, job: str) -> None:
        jobs = f"{sp}/synchronization/jobs"
        made.append(graph.post(jobs, json={"templateId": "scim"}).raise_for_status().json()["id"])
        _ok(graph.delete(f"{jobs}/{job}"))

    _as_admin(workspace, replace)
    return made[0]


def delete_application(workspace: Workspace) -> None:
    def delete(graph: httpx.Client, sp: str, _job: str) -> None:
        app_id = graph.get(sp).raise_for_status().json()["appId"]
        (found,) = (
            graph.get("applications", params={"$filter": f"appId eq '{app_id}'"}).raise_for_status().json()["value"]
        )
        _ok(graph.delete(f"applications/{found['id']}"))

    _as_admin(workspace, delete)


def remove_assignment(workspace: Workspace) -> None:
    """Remove the first group from the application's users and groups."""

    def remove(graph: httpx.Client, sp: str, _job: str) -> None:
        assigned: list[Json] = graph.get(f"{sp}/appRoleAssignedTo").raise_for_status().json()["value"]
        _ok(graph.delete(f"{sp}/appRoleAssignedTo/{assigned[0]['id']}"))

    _as_admin(workspace, remove)


def assign(workspace: Workspace, group: str) -> None:
    """Assign another group to the application."""

    def add(graph: httpx.Client, sp: str, _job: str) -> None:
        principal = graph.get(sp).raise_for_status().json()
        role = next(each["id"] for each in principal["appRoles"] if each["displayName"] == "User")
        query = {"$filter": f"displayName eq '{group}'"}
        found: Json = graph.get("groups", params=query).raise_for_status().json()["value"][0]
        body = {"principalId": found["id"], "resourceId": principal["id"], "appRoleId": role}
        _ok(graph.post(f"{sp}/appRoleAssignedTo", json=body))

    _as_admin(workspace, add)


def quarantine_job(workspace: Workspace) -> None:
    """Let a cycle fail on bad credentials, then put the good ones back: the job stays in quarantine."""
    job = workspace.outputs()["job_id"]
    good = workspace.token()
    overwrite_secret(workspace)
    workspace.world.control("POST", f"/jobs/{job}/cycle")

    def restore(graph: httpx.Client, sp: str, job: str) -> None:
        saved: list[Json] = graph.get(f"{sp}/synchronization/secrets").raise_for_status().json()["value"]
        values = [{**one, "value": good} if one["key"] == "SecretToken" else one for one in saved]
        _ok(graph.put(f"{sp}/synchronization/secrets", json={"value": values}))
        status: Json = graph.get(f"{sp}/synchronization/jobs/{job}").raise_for_status().json()["status"]
        assert status["code"] == "Quarantine"

    _as_admin(workspace, restore)


def _as_admin(workspace: Workspace, act: Callable[[httpx.Client, str, str], None]) -> None:
    outputs = workspace.outputs()
    with workspace.world.graph("admin_client") as graph:
        act(graph, f"servicePrincipals/{outputs['service_principal_id']}", outputs["job_id"])


def _ok(answer: httpx.Response) -> None:
    answer.raise_for_status()
