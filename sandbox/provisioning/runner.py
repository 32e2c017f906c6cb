"""One cycle from credentials to status: what a job's schedule, or somebody who cannot wait, sets off."""

import ssl
from contextlib import aclosing
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import uuid4

from sandbox.core.world import World
from sandbox.provisioning import execution, quarantine, turnover
from sandbox.provisioning.cycle import source_directory
from sandbox.provisioning.cycle.cycle import Cycle, JobGoneError
from sandbox.provisioning.cycle.entry import Work
from sandbox.provisioning.cycle.logs import Log
from sandbox.provisioning.cycle.memory import Memory
from sandbox.provisioning.execution import Counts, Execution, Job
from sandbox.provisioning.mapping.rules import Rule, digest, rules
from sandbox.provisioning.scim import target_credentials
from sandbox.provisioning.scim.client import ScimClient, TokenRefusedError
from sandbox.provisioning.scim.connection import Connection
from sandbox.provisioning.scim.pace import Pace
from sandbox.provisioning.scim.refusals import INVALID_CREDENTIALS, UNAVAILABLE, CredentialsRefused
from sandbox.provisioning.scim.target_credentials import Credentials

_LOST = "The application refused the credentials in the middle of a cycle: 401 Unauthorized."


def connection(trust: ssl.SSLContext) -> aclosing[Connection]:
    """Return the connection of one cycle."""
    return aclosing(Connection(trust))


def saved(world: World, service_principal: str) -> Credentials:
    """Return the credentials that Entra holds for an application; raises CredentialsRefused if they are unusable."""
    return target_credentials.read((world.as_read().get("secrets", service_principal) or {"value": []})["value"])


def client(world: World, service_principal: str, http: Connection, *, on_demand: bool = False) -> ScimClient:
    """Return a client that reads the saved credentials now, or before each request, as the world's setting asks.

    On demand, the flag `aadOptscim062020` of a tenant URL has no effect.
    """

    def read() -> Credentials:
        found = saved(world, service_principal)
        return replace(found, compliant=found.compliant and not on_demand)

    pace = Pace(world.settings.requests_per_s)
    if world.settings.entra_reads == "request":
        return ScimClient(http, read, pace)
    once = read()
    return ScimClient(http, lambda: once, pace)


def matching(found: tuple[Rule, ...]) -> tuple[str, str]:
    """Return the attributes that the test queries ask for: the first matching one of users, and of groups."""
    return _matching(found, "User", "userName"), _matching(found, "Group", "displayName")


def cycle(world: World, job: Job, scim: ScimClient, *, full: bool) -> Cycle:
    """Prepare a cycle: read the directory and what the job remembers."""
    principal: str = job["servicePrincipalId"]
    work = Work(
        client=scim,
        memory=Memory(world, job["id"]),
        directory=source_directory.read(world, principal, sync_all=scim.credentials.sync_all),
        full=full,
        deletes_leavers=world.settings.delete_on_unassign,
    )
    document = world.get("servicePrincipal", principal) or {"id": principal, "displayName": ""}
    return Cycle(world, job["id"], work, Log(world, job["id"], str(uuid4()), document))


async def run(world: World, job_id: str, trust: ssl.SSLContext) -> Execution:
    """Run one cycle and write its result into the job; return the execution."""
    job, schema = world.get("job", job_id), world.as_read().get("schema", job_id) or {}
    began, found = world.now(), rules(schema)
    if job is None:
        return _nothing(world, began)
    at_work: Cycle | None = None
    async with connection(trust) as http:
        try:
            scim = client(world, job["servicePrincipalId"], http)
            await scim.test(*matching(found))
            turnover.happen(world, job["servicePrincipalId"])
            at_work = cycle(world, job, scim, full=job["initialCycle"])
            await at_work.run(found)
        except CredentialsRefused as refusal:
            return _failed(world, job_id, began, Counts(), execution.problem(refusal.code, refusal.message))
        except TokenRefusedError:
            counts = at_work.counts if at_work else Counts()
            return _failed(world, job_id, began, counts, execution.problem(INVALID_CREDENTIALS, _LOST))
        except JobGoneError:
            return _nothing(world, began)
    now = world.get("job", job_id) or {}
    same = (digest(schema), job.get("restarts")) == (digest(world.get("schema", job_id) or {}), now.get("restarts"))
    return _succeeded(world, began, at_work, found, seen_all=at_work.work.full and same)


def _nothing(world: World, began: datetime) -> Execution:
    """Return the execution of a job that is not there any more."""
    return execution.execution(str(uuid4()), began, world.now(), Counts())


def _succeeded(world: World, began: datetime, done: Cycle, found: tuple[Rule, ...], *, seen_all: bool) -> Execution:
    """Write a cycle that went through; `seen_all`: its initial cycle ends, if nobody asked for another meanwhile."""
    result = execution.execution(done.log.cycle_id, began, world.now(), done.counts)
    job = world.get("job", done.job_id)
    if job is None:
        return result
    if quarantine.too_many(done.counts.escrowed, done.counts.entitled):
        error = execution.problem("TooManyFailures", "Most entries fail.")
        return _quarantined(world, job, result, quarantine.TOO_MANY_FAILURES, error)
    links = list(done.work.memory.links.values())
    entries = {f"{rule.source} to {rule.target}": sum(1 for one in links if one.type == rule.source) for rule in found}
    initial = job["initialCycle"] and not seen_all
    world.put("job", job["id"], {**execution.succeeded(job, result, entries), "initialCycle": initial})
    return result


def _failed(world: World, job_id: str, began: datetime, counts: Counts, error: dict[str, Any]) -> Execution:
    result = execution.execution(str(uuid4()), began, world.now(), counts, error)
    job = world.get("job", job_id)
    if job is None:
        return result
    if error["code"] == UNAVAILABLE and job["status"]["quarantine"] is None:
        world.put("job", job_id, execution.failed(job, result, None, world.now()))
        return result
    return _quarantined(world, job, result, quarantine.CREDENTIALS, error)


def _quarantined(world: World, job: Job, result: Execution, reason: str, error: dict[str, Any]) -> Execution:
    now, ladder = world.now(), world.settings.quarantine_ladder_s
    imposed = quarantine.imposed(job["status"]["quarantine"], reason, error, now, ladder)
    world.put("job", job["id"], execution.failed(job, result, imposed, now))
    return result


def _matching(found: tuple[Rule, ...], source: str, default: str) -> str:
    ranked = [
        (int(one["matchingPriority"]), str(one["targetAttributeName"]))
        for rule in found
        if rule.source == source
        for one in rule.mappings
        if int(one.get("matchingPriority") or 0) > 0
    ]
    return min(ranked)[1] if ranked else default
