"""What the verbs of `ProvisioningStatus` do when they call: test the connection, switch, look, stop."""

from collections.abc import Sequence
from contextlib import suppress

import pulumi

from providers.deadline import Deadline
from providers.entra import overlap, saved_credentials
from providers.entra.connection_test import Connection
from providers.entra.consistency import settled_job
from providers.entra.graph import Graph
from providers.entra.health import is_unreached
from providers.entra.job import read_job
from providers.entra.status_properties import Properties, inputs_of, seen_of, undeclared
from providers.entra.switch import switched
from providers.entra.tenant import recorded_tenant
from providers.errors import ForbiddenError, NotFoundError, UnauthorizedError
from providers.moments import now, to_text
from providers.state_schema import STATUS


def applied(props: Properties, remembered: Properties) -> Properties:
    """Test, heal and test again while no cycle can be cut off; then switch on or off."""
    deadline = Deadline()
    inputs = inputs_of(props)
    graph = Graph(props["tenant_id"], props["service_principal_id"], deadline)
    connection = Connection(graph, props["job_id"], inputs["base_address"], props["previous_token"], deadline)
    first_time = not remembered
    tested: Properties = {name: remembered.get(name, "") for name in ("tested_fingerprint", "tested_at")}
    state = "untested"
    if connection.may_be_tested(first_time=first_time):
        connection.prove(props["credentials"], adopted=bool(props["adopted"]))
        tested = {"tested_fingerprint": props["token_fingerprint"], "tested_at": to_text(now())}
        state = "accepted"
    else:
        pulumi.log.warn(
            "provisioning status: a provisioning cycle is running, so the new token was not tested and the overlap "
            "stays open: Entra's next cycle takes the new token by itself, and the next run records it"
        )
    job, series = switched(
        graph,
        props["job_id"],
        on=props["status"] == "on",
        tested=state == "accepted",
        tried=remembered.get("tried_series", ""),
        known=remembered.get("schedule_state", ""),
    )
    outs = {
        **inputs,
        **seen_of(job),
        **tested,
        "overlap": "open" if state == "untested" or overlap.is_open(connection.previous()) else "closed",
        "credentials_state": state,
        "tried_series": series,
        "undeclared_principals": remembered.get("undeclared_principals", []),
        "undeclared_jobs": remembered.get("undeclared_jobs", []),
    }
    return STATUS.stamped(outs)


def seen(props: Properties) -> Properties | None:
    """Return the outputs as they are now, None where the job is gone."""
    deadline, tenant_id = Deadline(), recorded_tenant(props)
    graph = Graph(tenant_id, props["service_principal_id"], deadline)
    try:
        job = read_job(graph.job(props["job_id"])[0])
    except NotFoundError:
        return None
    connection = Connection(graph, job.id, props["base_address"], props["previous_token"], deadline)
    settled = props["overlap"] == "closed" and props["tested_fingerprint"] == props["token_fingerprint"]
    may_ask = overlap.may_ask(settled=settled, previous=None if settled else connection.previous(twice=True))
    fresh: Properties = {
        **seen_of(job),
        "overlap": "closed" if may_ask else "open",
        "credentials_state": _looked_at(connection) if may_ask else "untested",
    }
    if fresh["credentials_state"] == "accepted":
        fresh |= {"tested_fingerprint": props["token_fingerprint"], "tested_at": to_text(now())}
    strangers = _strangers(graph, props["principals"])
    jobs = _other_jobs(graph, job.id)
    return {
        **props,
        "tenant_id": tenant_id,
        **fresh,
        "undeclared_principals": strangers,
        "undeclared_jobs": jobs,
    }


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
        with suppress(NotFoundError):  # nor does an application that is gone hold credentials
            saved_credentials.take_out(graph)


def _looked_at(connection: Connection) -> str:
    """Have Entra test what it holds, between two cycles; that it may not be tested now is a note, never drift."""
    if not connection.is_quiet():
        pulumi.log.info("provisioning status: a provisioning cycle is running, so the credentials were not tested")
        return "untested"
    try:
        refusal = connection.refusal()
    except (ForbiddenError, UnauthorizedError) as error:
        pulumi.log.info(f"provisioning status: the credentials were not tested: {error}")
        return "untested"
    if is_unreached(refusal):
        pulumi.log.warn(f"provisioning status: Entra does not reach GreenLake ({refusal}), so nothing was tested")
        return "untested"
    if refusal:
        pulumi.log.info(f"provisioning status: Test Connection fails: {refusal}")
    return "refused" if refusal else "accepted"


def _strangers(graph: Graph, principals: Sequence[str]) -> list[str]:
    """List who is assigned and was not declared here, with a warning."""
    try:
        found = undeclared(graph.assignments(), principals)
    except (ForbiddenError, UnauthorizedError) as error:
        pulumi.log.info(f"provisioning status: the assignments were not listed: {error}")
        return []
    if found:
        pulumi.log.warn(
            f"provisioning status: assigned by somebody else, or by a run that was cut off: {', '.join(found)}"
        )
    return found


def _other_jobs(graph: Graph, job_id: str) -> list[str]:
    """List the application's jobs that are not ours, with a warning: such a job may push the same people once more."""
    found = sorted(str(job.get("id")) for job in graph.jobs() if job.get("id") != job_id)
    if found:
        pulumi.log.warn(
            "provisioning status: the application has another job, of somebody else or of a run whose answer was lost: "
            f"{', '.join(found)}: delete it if nobody uses it, in the portal or in Graph"
        )
    return found
