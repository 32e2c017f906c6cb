"""Synchronization jobs: create, start, pause, restart, delete; what they do is the provisioning engine's business.

A job's id is `<template>.<tenant, 32 hex digits>.<appId>`; while that one exists, a second job of the same template has
a random UUID instead of the appId. A new or paused job has the schedule state Disabled and the status code Paused. The
interval that Graph shows is the setting `cycle_interval_s`, so that clients can reckon with it.

A stored job also has `servicePrincipalId`, `initialCycle` (the next cycle looks at everything) and `restarts`, their
number, so that one in the middle of a cycle is not forgotten at its end. Graph shows none of them.
"""

from uuid import uuid4

from starlette.responses import Response

from sandbox.core.json_types import is_object
from sandbox.core.store import Document
from sandbox.core.world import World
from sandbox.entra import shapes
from sandbox.entra.directory import directory_objects
from sandbox.entra.graph.calls import Call, Routes, collection, entity, nothing
from sandbox.entra.graph.errors import GraphError
from sandbox.entra.graph.permissions import READ_SYNCHRONIZATION, WRITE_SYNCHRONIZATION
from sandbox.entra.synchronization.schema.default_schema import default_schema
from sandbox.entra.synchronization.templates import ROOT, context, service_principal, template_ids

JOB = f"{ROOT}/jobs/{{job}}"
_PRIVATE = ("servicePrincipalId", "initialCycle", "restarts")
_SCOPES = {"None", "ConnectorDataStore", "Escrows", "Watermark", "QuarantineState", "Full", "ForceDeletes"}
_DEFAULT_SCOPE = {"Escrows", "Watermark", "QuarantineState"}


routes = Routes()


def found(call: Call) -> Document:
    """Return the stored job of a call; raises GraphError 404."""
    service_principal(call.world, call["id"])
    job = call.world.get("job", call["job"])
    if job is None or job["servicePrincipalId"] != call["id"]:
        raise directory_objects.not_found(call["job"])
    return job


def _of(world: World, principal: str) -> list[Document]:
    return [job for job in world.all("job") if job["servicePrincipalId"] == principal]


def _shown(world: World, job: Document) -> Document:
    schedule = job["schedule"] | {"interval": _written(world.settings.cycle_interval_s)}
    return {name: value for name, value in job.items() if name not in _PRIVATE} | {"schedule": schedule}


def _written(seconds: int) -> str:
    """Write an interval as Graph does: PT40M, never PT2400S."""
    parts = ((seconds // 3600, "H"), (seconds // 60 % 60, "M"), (seconds % 60, "S"))
    return f"PT{''.join(f'{number}{unit}' for number, unit in parts if number) or '0S'}"


@routes("GET", f"{ROOT}/jobs", READ_SYNCHRONIZATION)
async def _list(call: Call) -> Response:
    service_principal(call.world, call["id"])
    shown = [_shown(call.world, job) for job in _of(call.world, call["id"])]
    return collection(call, context(call["id"], "jobs"), shown)


@routes("POST", f"{ROOT}/jobs", WRITE_SYNCHRONIZATION)
async def _create(call: Call) -> Response:
    principal = service_principal(call.world, call["id"])
    template = call.body.get("templateId")
    if template not in template_ids(principal):
        raise GraphError(400, "BadRequest", f"The template '{template}' is not one of this application's.")
    job_id = _free_id(call.world, principal, str(template))
    job = shapes.made("synchronizationJob", id=job_id, templateId=template, servicePrincipalId=call["id"])
    call.world.put("job", job["id"], job)
    call.world.put("schema", job["id"], default_schema(job["id"]))
    return entity(call, context(call["id"], "jobs/$entity"), _shown(call.world, job), 201)


def _free_id(world: World, principal: Document, template: str) -> str:
    start = f"{template}.{world.tenant_id.replace('-', '')}"
    first = f"{start}.{principal['appId']}"
    return f"{start}.{uuid4()}" if world.get("job", first) else first


@routes("GET", JOB, READ_SYNCHRONIZATION)
async def _get(call: Call) -> Response:
    return entity(call, context(call["id"], "jobs/$entity"), _shown(call.world, found(call)))


@routes("DELETE", JOB, WRITE_SYNCHRONIZATION)
async def _delete(call: Call) -> Response:
    """Stop the job and drop its state; the secrets stay with the service principal, the accounts with the target."""
    directory_objects.forget_job(call.world, found(call)["id"])
    return nothing()


@routes("POST", f"{JOB}/start", WRITE_SYNCHRONIZATION)
async def _start(call: Call) -> Response:
    """Continue from where the job was paused, out of quarantine too."""
    job = found(call)
    _keep(call, _running(job) | {"status": _out_of_quarantine(_running(job)["status"])})
    return nothing()


@routes("POST", f"{JOB}/pause", WRITE_SYNCHRONIZATION)
async def _pause(call: Call) -> Response:
    job = found(call)
    schedule = job["schedule"] | {"state": "Disabled"}
    call.world.put("job", job["id"], job | {"schedule": schedule, "status": job["status"] | {"code": "Paused"}})
    return nothing()


@routes("POST", f"{JOB}/restart", WRITE_SYNCHRONIZATION)
async def _restart(call: Call) -> Response:
    """Run again with parts of the job's memory cleared, as `criteria.resetScope` asks."""
    scope = _scope(call)
    before = found(call)
    job = _running(before)
    if "Escrows" in scope:
        directory_objects.forget_memory(call.world, "escrow", job["id"])
    if "ConnectorDataStore" in scope:
        for kind in ("link", "linkedMember"):
            directory_objects.forget_memory(call.world, kind, job["id"])
    if "QuarantineState" in scope:
        job = job | {"status": _out_of_quarantine(job["status"])}
    initial = job["initialCycle"] or "Watermark" in scope
    _keep(call, job | {"initialCycle": initial, "restarts": before.get("restarts", 0) + 1})
    return nothing()


def _scope(call: Call) -> set[str]:
    """Return the parts that a restart clears; no criteria is what the portal's button sends."""
    criteria = call.body.get("criteria")
    named = str(criteria.get("resetScope") or "") if is_object(criteria) else ""
    scope = {part.strip() for part in named.split(",") if part.strip()}
    if not scope <= _SCOPES:
        raise GraphError(400, "BadRequest", f"resetScope '{named}' is not a list of {', '.join(sorted(_SCOPES))}.")
    if "Full" in scope:
        scope |= _DEFAULT_SCOPE | {"ConnectorDataStore"}
    return scope or _DEFAULT_SCOPE


def _running(job: Document) -> Document:
    code = job["status"]["code"]
    if code == "Paused":
        code = "Active" if job["status"]["lastExecution"] else "NotRun"
    return job | {"schedule": job["schedule"] | {"state": "Active"}, "status": job["status"] | {"code": code}}


def _out_of_quarantine(status: Document) -> Document:
    if status["quarantine"] is None:
        return status
    code = "Active" if status["lastExecution"] else "NotRun"
    return status | {"quarantine": None, "countSuccessiveCompleteFailures": 0, "code": code}


def _keep(call: Call, job: Document) -> None:
    call.world.put("job", job["id"], job)
    call.request.app.state.provisioning.wake(call.world, job["id"])
