"""How the Graph of the contract tests answers: the few routes of the recorded scenarios."""

import base64
import re
import uuid
from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

from tests.contract.graph_world import GROUP, TENANT, USER, Body, GraphStub

Reply = tuple[int, Body | None]


def error(code: str, message: str) -> Body:
    """Graph's error body."""
    return {"error": {"code": code, "message": message, "innerError": {}}}


_FILTER = re.compile(r"\w+ eq '((?:[^']|'')*)'(?: and securityEnabled eq true)?")
_BAD_FILTER: Reply = (400, error("Request_BadRequest", "Invalid filter clause"))
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


def _wanted(body: Body) -> str | None:
    """The text a filter asks for; None if it is not a filter, such as one with an apostrophe that is not doubled."""
    found = _FILTER.fullmatch(body["query"]["$filter"][0])
    return found and found[1].replace("''", "'")


def _groups(_: GraphStub, body: Body) -> Reply:
    name = _wanted(body)
    if name is None:
        return _BAD_FILTER
    matches = {"seeded group": 1, "twin": 2}.get(name, 0)
    return 200, {"value": [{"id": GROUP, "displayName": name, "securityEnabled": True}] * matches}


def _group(_: GraphStub, group: str, __: Body) -> Reply:
    return (200, {"id": GROUP, "displayName": "seeded group", "securityEnabled": True}) if group == GROUP else _GONE


def _people(_: GraphStub, __: str, ___: str, ____: Body) -> Reply:
    return 200, {"value": [{"id": USER}]}


def _users(_: GraphStub, body: Body) -> Reply:
    name = _wanted(body)
    known = name in {"seeded@probe.onmicrosoft.com", "o'neil@probe.onmicrosoft.com"}
    return (200, {"value": [{"id": USER}] if known else []}) if name else _BAD_FILTER


def _user(_: GraphStub, user: str, __: Body) -> Reply:
    return (200, {"id": USER, "displayName": "Seeded", "givenName": None}) if user == USER else _GONE


def _principals(stub: GraphStub, body: Body) -> Reply:
    name = _wanted(body)
    matches = [each for each in stub.principals.values() if name in {each["displayName"], each["appId"]}]
    return (200, {"value": matches}) if name else _BAD_FILTER


_SP = "/v1.0/servicePrincipals/([^/]+)"
_JOB = f"{_SP}/synchronization/jobs/([^/]+)"
_ROUTES: list[tuple[str, dict[str, Callable[..., Reply]]]] = [
    ("/v1.0/applicationTemplates/([^/]+)/instantiate", {"POST": _instantiate}),
    ("/v1.0/applications/([^/]+)", {"GET": _application, "PATCH": _rename, "DELETE": _delete_application}),
    ("/v1.0/servicePrincipals", {"GET": _principals}),
    ("/beta/servicePrincipals/([^/]+)", {"GET": _principal}),
    (_SP, {"GET": _principal}),
    (f"{_SP}/synchronization/secrets", {"GET": _secrets, "PUT": _put_secrets}),
    (f"{_SP}/synchronization/jobs", {"POST": _create_job}),
    (_JOB, {"GET": _job, "DELETE": _delete_job}),
    (f"{_JOB}/(start|pause)", {"POST": _switch_job}),
    (f"{_SP}/appRoleAssignedTo", {"POST": _assign}),
    (f"{_SP}/appRoleAssignedTo/([^/]+)", {"GET": _assignment, "DELETE": _unassign}),
    ("/beta/groups", {"GET": _groups}),
    ("/beta/groups/([^/]+)", {"GET": _group}),
    ("/beta/groups/([^/]+)/(members|owners)", {"GET": _people}),
    ("/v1.0/users", {"GET": _users}),
    ("/v1.0/users/([^/]+)", {"GET": _user}),
]


def answer(stub: GraphStub, method: str, path: str, body: Body | None) -> Reply:
    """Answer one Graph request: a status and a JSON body."""
    for pattern, methods in _ROUTES:
        found = re.fullmatch(pattern, urlsplit(path).path)
        if found and method in methods:
            return methods[method](stub, *found.groups(), body or {"query": parse_qs(urlsplit(path).query)})
    return 404, error("Request_ResourceNotFound", f"no route for {method} {path}")
