"""Settle what a killed run left pending in an exported stack, of which no secret is decrypted.

Entra is asked only about what was being made or deleted there: azuread would make a second application or job, fail on
an assignment that exists, and fail to delete what is gone.
"""

import json
from collections.abc import Callable
from typing import Any, cast

from providers.entra.application.lost_application import LostApplication, lost_application, moment
from providers.entra.graph.directory import Directory
from providers.entra.graph.provisioning import Graph
from providers.entra.sign_in.tenant import tenant_of_state
from providers.errors import NotFoundError, StoppedError
from providers.resource_types import APPLICATION, ASSIGNMENT, JOB, assignment_path, job_path

Json = dict[str, Any]
GraphOf = Callable[[str], Graph]

# azuread's version of a job and an assignment: without it, it would migrate them
_META = {"__meta": json.dumps({"schema_version": "1"})}

# By which fields of Graph's an object is the one that azuread's inputs describe
_IDENTITY = {
    JOB: {"templateId": "templateId"},
    ASSIGNMENT: {"principalId": "principalObjectId", "appRoleId": "appRoleId"},
}

_MADE = "it was made, and is entered in state"
_DROPPED = "dropped: the next run sees to it"


def settle(exported: Json, graph_of: GraphOf) -> tuple[Json, list[str]]:
    """Return the stack without pending operations, and what became of each, a line each.

    What was made is entered with its id, what was deleted is taken out; anything else is dropped: the next run sees to
    it. Raises ProvisioningError if Entra cannot be asked, or has two applications of which any may be the run's.
    """
    deployment = dict(cast("Json", exported["deployment"]))
    operations = cast("list[Json]", deployment.pop("pending_operations", None) or [])
    resources = cast("list[Json]", deployment.get("resources") or [])
    notes: list[str] = []
    for operation in operations:
        verb, resource = operation["type"], operation["resource"]
        if verb == "creating" and resource["type"] == APPLICATION:
            resources, outcome = _settled_application(resource, resources, deployment["manifest"]["time"], graph_of)
        else:
            resources, outcome = _settled(verb, resource, resources, graph_of)
        notes.append(f"{operation['type']} {operation['resource']['urn']}: {outcome}")
    return {**exported, "deployment": {**deployment, "resources": resources}}, notes


def _settled(verb: str, resource: Json, resources: list[Json], graph_of: GraphOf) -> tuple[list[Json], str]:
    """Return the resources of state after one operation, and what became of it."""
    if verb == "creating":
        made = _made(resource, {str(each.get("id")) for each in resources}, graph_of)
        if made:
            entered = {**resource, "id": made, "outputs": {**resource["inputs"], **_META}}
            return [*resources, entered], _MADE
    if verb == "deleting" and _is_gone(resource, graph_of):
        gone = resource["urn"], resource["id"]
        return [each for each in resources if (each["urn"], each.get("id")) != gone], "it is gone, also from state now"
    return resources, _DROPPED


def _settled_application(
    resource: Json, resources: list[Json], written: str, graph_of: GraphOf
) -> tuple[list[Json], str]:
    """Return the resources of state after an application was being made; `written` is when state was written last."""
    graph, inputs = graph_of(""), resource["inputs"]
    directory = Directory(graph.tenant_id, graph.deadline, graph.environ)
    known = {str(each.get("id")) for each in resources}
    made = lost_application(directory, inputs["displayName"], inputs["templateId"], moment(written), known)
    if made is None:
        return resources, _DROPPED
    return [*resources, {**resource, "id": made.path, "outputs": _outputs(made, inputs["displayName"])}], _MADE


def _outputs(made: LostApplication, name: str) -> Json:
    """Return what azuread keeps of an application from a template."""
    return {
        "applicationId": f"/applications/{made.object_id}",
        "applicationObjectId": made.object_id,
        "displayName": name,
        "id": made.path,
        "servicePrincipalId": f"/servicePrincipals/{made.service_principal_id}",
        "servicePrincipalObjectId": made.service_principal_id,
        "templateId": made.template_id,
    }


def _made(resource: Json, known: set[str], graph_of: GraphOf) -> str:
    """Return the id of an object in Entra that is this resource and unknown to state, "" if there is none."""
    inputs: Json = resource.get("inputs") or {}  # a component has none
    wanted = {key: inputs[name] for key, name in _IDENTITY.get(resource["type"], {}).items()}
    found = _there(resource["type"], inputs, graph_of)
    return next((path for path, each in found.items() if path not in known and wanted.items() <= each.items()), "")


def _is_gone(resource: Json, graph_of: GraphOf) -> bool:
    """Return whether what was to be deleted from Entra is not there any more."""
    outputs: Json = resource.get("outputs") or {}
    try:
        if resource["type"] == APPLICATION:
            graph_of(outputs["servicePrincipalObjectId"]).template_ids()
            return False
        return resource["type"] in _IDENTITY and resource["id"] not in _there(resource["type"], outputs, graph_of)
    except NotFoundError:
        return True


def _there(resource_type: str, properties: Json, graph_of: GraphOf) -> dict[str, Json]:
    """Return the jobs or assignments that Entra has where a resource is, by the ids that azuread knows them by."""
    if resource_type == JOB:
        principal = properties["servicePrincipalId"].rpartition("/")[2]
        return {job_path(principal, each["id"]): each for each in graph_of(principal).jobs()}
    if resource_type == ASSIGNMENT:
        principal = properties["resourceObjectId"]
        return {assignment_path(principal, each["id"]): each for each in graph_of(principal).assignments()}
    return {}


def tenant_of(exported: Json) -> str:
    """Return the tenant of a stack. Raises StoppedError if nothing in its state names it."""
    deployment: Json = exported["deployment"]
    resources = cast("list[Json]", deployment.get("resources") or [])
    pending = cast("list[Json]", deployment.get("pending_operations") or [])
    found = tenant_of_state([*resources, *(each["resource"] for each in pending)])
    if not found:
        raise StoppedError(
            "state does not record the Entra tenant of this stack, so nothing was read: run `pulumi up` with the "
            "credentials of its tenant, then look in the portal for a second job or application"
        )
    return found
