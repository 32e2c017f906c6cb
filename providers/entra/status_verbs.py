"""What the verbs of `ProvisioningStatus` do when they call: save, test, switch, look, stop."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime

from providers import run_log
from providers.entra.application import saved_credentials
from providers.entra.graph.provisioning import Graph
from providers.entra.job import overlap
from providers.entra.job.connection_test import Connection
from providers.entra.job.consistency import GONE_AFTER_SECONDS, read_until, settled_job
from providers.entra.job.health import REFUSED, is_unreached
from providers.entra.job.job import Job, read_job
from providers.entra.sign_in.tenant import recorded_tenant
from providers.entra.status_properties import (
    Properties,
    first_saved_at,
    inputs_of,
    is_tested,
    seen_of,
    undeclared,
)
from providers.errors import ForbiddenError, NotFoundError, UnauthorizedError, UnavailableError, UnreachableError
from providers.http.deadline import Deadline
from providers.run_log import fault
from providers.scim import used_tokens
from providers.state.schema import STATUS
from providers.timestamps import from_optional, now, to_text

_TRACKED = ("tested_fingerprint", "tested_at", "saved_fingerprint", "saved_at")


def applied(props: Properties, remembered: Properties) -> Properties:
    """Save the credentials, test them once no push can be cut off, then switch provisioning on or off."""
    inputs = inputs_of(props)
    before: Properties = {**dict.fromkeys(_TRACKED, ""), **remembered, "token_fingerprint": props["token_fingerprint"]}
    graph = Graph(props["tenant_id"], props["service_principal_id"], Deadline(), just_made=not remembered)
    connection = Connection(graph, props["job_id"], inputs["base_address"], props["previous_token"])
    job, _ = connection.job()
    tested = is_tested(before)
    protected = overlap.protects(
        tested=tested,
        previous=None if tested else connection.previous(),
        adopted=bool(props["adopted"]),
        found_running=not remembered and job.active,
    )
    moved = tested and before["credentials_digest"] != inputs["credentials_digest"]
    saved = None
    if moved or not tested:
        saved = connection.save(props["credentials"], since=first_saved_at(before))
        before |= {"saved_fingerprint": props["token_fingerprint"], "saved_at": to_text(saved.at)}
    accepted = saved is None or connection.may_be_tested(saved, protected=protected, old_accepted=moved)
    if accepted:
        connection.prove(saved, props["credentials"])
        before |= {"tested_fingerprint": props["token_fingerprint"], "tested_at": to_text(now())}
    else:
        run_log.warn(
            "provisioning status: a provisioning cycle is running, so the new token was saved and not tested: Entra's "
            "next cycle uses it, and the next run records that"
        )
    job, series = switched(
        graph,
        props["job_id"],
        on=props["status"] == "on",
        tested=accepted,
        tried=remembered.get("tried_series", ""),
        known=remembered.get("schedule_state", ""),
    )
    outs = {
        **inputs,
        **seen_of(job),
        **{name: before[name] for name in _TRACKED},
        "overlap": "closed" if accepted and not overlap.is_open(connection.previous(twice=False)) else "open",
        "credentials_state": "accepted" if accepted else "untested",
        "tried_series": series,
        **{name: remembered.get(name, []) for name in ("undeclared_principals", "undeclared_jobs")},
    }
    return STATUS.stamped(outs)


def switched(graph: Graph, job_id: str, *, on: bool, tested: bool, tried: str, known: str = "") -> tuple[Job, str]:
    """Bring the job to the wanted state; returns it as it is then, and the quarantine series that was last started.

    A job that runs is never started: Graph warns that this may stop it.
    A quarantined job is started once a series (`tried` is the last one): if that does not heal it, more will not. Not
    before the credentials were `tested`: its next attempt may be running with the token before. `known` is the state of
    the schedule when it was last read, "" if it never was: a read that contradicts it may lag behind a write.
    """
    job = settled_job(graph, job_id, lambda seen: not known or seen.active == (known == "Active"))
    if not on:
        if job.active:
            graph.pause(job_id)
            job = settled_job(graph, job_id, lambda seen: not seen.active)
        return job, tried
    series = job.quarantine_series
    if job.active and (not series or series == tried or not tested):
        return job, tried
    _start(graph, job_id, series)
    return settled_job(graph, job_id, lambda seen: _was_started(seen, series)), series or tried


def _start(graph: Graph, job_id: str, series: str) -> None:
    """Start; after a lost answer look before starting again."""
    try:
        graph.start(job_id)
    except (UnavailableError, UnreachableError):
        if not _was_started(settled_job(graph, job_id, lambda seen: _was_started(seen, series)), series):
            graph.start(job_id)


def _was_started(job: Job, series: str) -> bool:
    """Return whether a job that was stopped, or in that series of quarantines, has been started since."""
    return job.active and (not job.quarantined or job.quarantine_series != series)


def seen(props: Properties) -> Properties | None:
    """Return the outputs as they are now, None if the job is gone."""
    tenant_id = recorded_tenant(props)
    used, saved_at = is_tested(props), first_saved_at(props)
    if used or saved_at is None:
        used_tokens.report(props["token_fingerprint"], used=used)
    graph = Graph(tenant_id, props["service_principal_id"], Deadline())
    found = _job_in_refresh(graph, props)
    if found is None:
        return None
    job, at = found
    used = used or overlap.is_in_use(job, saved_at=saved_at)
    used_tokens.report(props["token_fingerprint"], used=used)
    connection = Connection(graph, job.id, props["base_address"], props["previous_token"])
    previous = None if used else connection.previous()
    protected = overlap.protects(tested=used, previous=previous, adopted=bool(props["adopted"]), found_running=False)
    fresh: Properties = {
        **seen_of(job),
        "overlap": "open" if protected else "closed",
        "credentials_state": "untested" if protected else _tested_in_refresh(connection),
    }
    if fresh["credentials_state"] == "accepted" and overlap.proves(job, saved_at=saved_at, at=at or now()):
        fresh |= {"tested_fingerprint": props["token_fingerprint"], "tested_at": to_text(now())}
    return {
        **props,
        "tenant_id": tenant_id,
        **fresh,
        "undeclared_principals": _undeclared_principals(graph, props["principals"]),
        "undeclared_jobs": _undeclared_jobs(graph, job.id),
    }


def _job_in_refresh(graph: Graph, props: Properties) -> tuple[Job, datetime | None] | None:
    """Read the job and Graph's clock, None if it is gone; what may lag behind the last run is read again."""

    def read() -> tuple[Job, datetime | None] | None:
        try:
            body, at = graph.job(props["job_id"])
        except NotFoundError:
            return None
        return read_job(body), at

    def is_as_wanted(found: tuple[Job, datetime | None] | None) -> bool:
        wanted_on = props["status"] == "on"
        return found is not None and found[0].active == wanted_on and not (wanted_on and found[0].quarantined)

    def seconds(found: tuple[Job, datetime | None] | None) -> float:
        if found is None:
            return GONE_AFTER_SECONDS
        longest, last_run = found[0].settle_time, from_optional(props["tested_at"])  # cut to whole seconds
        # The last run may have been on a machine whose clock is ahead of this one.
        return min(last_run - now() + longest, longest).total_seconds() + 1 if last_run else 0.0

    return read_until(is_as_wanted, read, seconds, graph.deadline)


def stop(props: Properties) -> None:
    """Stop provisioning, then take the credentials out of an application that stays."""
    graph = Graph(recorded_tenant(props), props["service_principal_id"], Deadline())
    was_active = props["schedule_state"] == "Active"
    with suppress(NotFoundError):  # a job that is gone does not run
        if not props["application_on_destroy"]:
            saved_credentials.check_azuread_can_empty(graph)
        if settled_job(graph, props["job_id"], lambda job: job.active or not was_active).active:
            graph.pause(props["job_id"])
    if props["application_on_destroy"] == "kept":
        with suppress(NotFoundError):  # an application that is gone holds no credentials
            saved_credentials.take_out(graph)


def _tested_in_refresh(connection: Connection) -> str:
    """Have Entra test what it holds, between two cycles; that it may not be tested now is a note, never drift."""
    if not connection.is_quiet():
        run_log.note("provisioning status: a provisioning cycle is running, so the credentials were not tested")
        return "untested"
    try:
        refusal = connection.refusal()
    except (ForbiddenError, UnauthorizedError) as error:
        run_log.note(f"provisioning status: the credentials were not tested: {error}")
        return "untested"
    if is_unreached(refusal):
        run_log.warn(f"provisioning status: Entra does not reach GreenLake ({refusal}), so nothing was tested")
        return "untested"
    if refusal:
        fault(f"provisioning status: {REFUSED}", f" (Test Connection: {refusal})")
    return "refused" if refusal else "accepted"


def _undeclared_principals(graph: Graph, principals: Sequence[str]) -> list[str]:
    """List who is assigned and was not declared here, with a warning."""
    try:
        found = undeclared(graph.assignments(), principals)
    except (ForbiddenError, UnauthorizedError) as error:
        run_log.note(f"provisioning status: the assignments were not listed: {error}")
        return []
    if found:
        run_log.warn(
            f"provisioning status: assigned by somebody else, or by a run that was cut off: {', '.join(found)}"
        )
    return found


def _undeclared_jobs(graph: Graph, job_id: str) -> list[str]:
    """List the application's jobs that are not ours, with a warning: such a job may push the same people once more."""
    found = sorted(str(job.get("id")) for job in graph.jobs() if job.get("id") != job_id)
    if found:
        run_log.warn(
            "provisioning status: the application has another job, of somebody else or of a run whose answer was lost: "
            f"{', '.join(found)}: delete it if nobody uses it, in the portal or in Graph"
        )
    return found
