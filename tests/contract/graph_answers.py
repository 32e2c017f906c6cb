"""How the Graph of the contract tests answers: the few routes of the recorded scenarios."""

import base64
import re
import uuid
from collections.abc import Callable
from urllib.parse import urlsplit

from tests.contract.graph_world import TENANT, Body, GraphStub

Reply = tuple[int, Body | None]


def error(code: str, message: str) -> Body:
    """Graph's error body."""
    return {"error": {"code": code, "message": message, "innerError": {}}}


_GONE: Reply = (404, error("Request_ResourceNotFound", "gone"))


def _instantiate(stub: GraphStub, template: str, body: Body) -> Reply:
    principal = stub.add_principal(body["displayName"])
    application = {"id": str(uuid.uuid4()), "displayName": body["displayName"], "applicationTemplateId": template}
    stub.applications[application["id"]] = {**application, "principal": principal}
    return 201, {"application": application, "servicePrincipal": stub.principals[principal]}


def _application(stub: GraphStub, application: str, _: Body) -> Reply:
    return (200, stub.applications[application]) if application in stub.applications else _GONE


def _rename(stub: GraphStub, application: str, body: Body) -> Reply:
    stub.applications[application]["displayName"] = body["displayName"]
    return 204, None


def _delete_application(stub: GraphStub, application: str, _: Body) -> Reply:
    if application not in stub.applications:
        return _GONE
    stub.principals.pop(stub.applications.pop(application)["principal"], None)
    return 204, None


def _principal(stub: GraphStub, principal: str, _: Body) -> Reply:
    return (200, stub.principals[principal]) if principal in stub.principals else _GONE


def _secrets(stub: GraphStub, principal: str, _: Body) -> Reply:
    return (200, stub.shown(stub.secrets.get(principal, []))) if principal in stub.principals else _GONE


def _put_secrets(stub: GraphStub, principal: str, body: Body) -> Reply:
    if principal not in stub.principals:
        return _GONE
    stub.secrets[principal] = [each for each in body["value"] if each["value"] or stub.keeps_empty_secrets]
    return 204, None


def _create_job(stub: GraphStub, principal: str, body: Body) -> Reply:
    job = {
        "id": f"{body['templateId']}.{TENANT.replace('-', '')}.{uuid.uuid4()}",
        "templateId": body["templateId"],
        "schedule": {"expiration": None, "interval": "PT40M", "state": "Disabled"},
    }
    stub.jobs[str(job["id"])] = {**job, "principal": principal}
    return 201, job


def _job(stub: GraphStub, _: str, job: str, __: Body) -> Reply:
    return (200, stub.jobs[job]) if job in stub.jobs else _GONE


def _switch_job(stub: GraphStub, _: str, job: str, verb: str, __: Body) -> Reply:
    stub.jobs[job]["schedule"]["state"] = "Active" if verb == "start" else "Disabled"
    return 204, None


def _delete_job(stub: GraphStub, _: str, job: str, __: Body) -> Reply:
    return (204, None) if stub.jobs.pop(job, None) else _GONE


def _assign(stub: GraphStub, principal: str, body: Body) -> Reply:
    assignment = {
        **body,
        "id": base64.urlsafe_b64encode(uuid.uuid4().bytes * 2).decode()[:43],
        "principalDisplayName": "seeded group",
        "principalType": "Group",
        "resourceDisplayName": stub.principals[principal]["displayName"],
    }
    stub.assignments[assignment["id"]] = assignment
    return 201, assignment


def _assignment(stub: GraphStub, _: str, assignment: str, __: Body) -> Reply:
    return (200, stub.assignments[assignment]) if assignment in stub.assignments else _GONE


def _unassign(stub: GraphStub, _: str, assignment: str, __: Body) -> Reply:
    return (204, None) if stub.assignments.pop(assignment, None) else _GONE


_SP = "/v1.0/servicePrincipals/([^/]+)"
_JOB = f"{_SP}/synchronization/jobs/([^/]+)"
_ROUTES: list[tuple[str, dict[str, Callable[..., Reply]]]] = [
    ("/v1.0/applicationTemplates/([^/]+)/instantiate", {"POST": _instantiate}),
    ("/v1.0/applications/([^/]+)", {"GET": _application, "PATCH": _rename, "DELETE": _delete_application}),
    ("/beta/servicePrincipals/([^/]+)", {"GET": _principal}),
    (_SP, {"GET": _principal}),
    (f"{_SP}/synchronization/secrets", {"GET": _secrets, "PUT": _put_secrets}),
    (f"{_SP}/synchronization/jobs", {"POST": _create_job}),
    (_JOB, {"GET": _job, "DELETE": _delete_job}),
    (f"{_JOB}/(start|pause)", {"POST": _switch_job}),
    (f"{_SP}/appRoleAssignedTo", {"POST": _assign}),
    (f"{_SP}/appRoleAssignedTo/([^/]+)", {"GET": _assignment, "DELETE": _unassign}),
]


def answer(stub: GraphStub, method: str, path: str, body: Body | None) -> Reply:
    """Answer one Graph request: a status and a JSON body."""
    for pattern, methods in _ROUTES:
        found = re.fullmatch(pattern, urlsplit(path).path)
        if found and method in methods:
            return methods[method](stub, *found.groups(), body or {})
    return 404, error("Request_ResourceNotFound", f"no route for {method} {path}")
