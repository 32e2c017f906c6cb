"""Provisioning status as a resource: the portal's Test Connection, Save and OFF -> ON in one.

The class is pickled by reference: this module's path is part of every state file. It comes last of all resources, so
that provisioning is switched on when everything else is right, and is the first that a destroy undoes.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import pulumi
from pulumi.dynamic import CheckResult, CreateResult, DiffResult, ReadResult, Resource, ResourceProvider, UpdateResult

from providers.deadline import Deadline
from providers.entra import overlap
from providers.entra.connection_test import Connection
from providers.entra.graph import Graph
from providers.entra.health import provisioning_drift
from providers.entra.job import read_job
from providers.entra.status_properties import (
    COMPUTED,
    PLACE,
    Properties,
    differing,
    inputs_of,
    observed,
    seen_of,
    undeclared,
)
from providers.entra.switch import switched
from providers.errors import ForbiddenError, NotFoundError, UnauthorizedError
from providers.moments import now, to_text


class ProvisioningStatusProvider(ResourceProvider):
    """The verbs of `ProvisioningStatus`."""

    def check(self, _olds: Properties, news: Properties) -> CheckResult:
        """Take the inputs as they are: the stack's configuration was validated before."""
        return CheckResult(dict(news), [])

    def diff(self, _id: str, olds: Properties, news: Properties) -> DiffResult:
        """Say what differs, in words; olds are outputs, fresh ones in a refresh. Never calls anything."""
        moved = [name for name in PLACE if olds.get(name) != news.get(name)]
        drift = provisioning_drift(observed(olds), wanted_on=news["status"] == "on", now=now())
        for line in drift:
            pulumi.log.warn(f"provisioning status: {line}")
        changed = bool(moved or drift or differing(olds, news))
        return DiffResult(changes=changed, replaces=moved)

    def create(self, props: Properties) -> CreateResult:
        """Test the connection and bring provisioning to the wanted status."""
        return CreateResult(f"{props['job_id']}/status", _applied(props, {}))

    def update(self, _id: str, olds: Properties, news: Properties) -> UpdateResult:
        """Test the connection and bring provisioning to the wanted status."""
        return UpdateResult(_applied(news, olds))

    def read(self, id_: str, props: Properties) -> ReadResult:
        """Look at the job, have Entra test what it holds unless an overlap is open, and list strangers."""
        deadline = Deadline()
        graph = Graph(props["service_principal_id"], deadline)
        try:
            job = read_job(graph.job(props["job_id"])[0])
        except NotFoundError:
            return ReadResult("", {})
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
        return ReadResult(id_, {**props, **fresh, "undeclared_principals": strangers})

    def delete(self, _id: str, props: Properties) -> None:
        """Stop provisioning; what was provisioned stays in GreenLake."""
        graph = Graph(props["service_principal_id"], Deadline())
        try:
            if read_job(graph.job(props["job_id"])[0]).active:
                graph.pause(props["job_id"])
        except NotFoundError:
            return


class ProvisioningStatus(Resource, module="entra", name="ProvisioningStatus"):
    """Whether provisioning is on, with credentials that Entra itself has tested."""

    status: pulumi.Output[str]
    schedule_state: pulumi.Output[str]
    status_code: pulumi.Output[str]
    overlap: pulumi.Output[str]
    tested_fingerprint: pulumi.Output[str]
    tested_at: pulumi.Output[str]

    def __init__(
        self,
        resource_name: str,
        *,
        service_principal_id: pulumi.Input[str],
        job_id: pulumi.Input[str],
        status: str,
        credentials: pulumi.Input[Sequence[Mapping[str, Any]]],
        previous_token: pulumi.Input[str],
        token_fingerprint: pulumi.Input[str],
        token_issued_at: pulumi.Input[str],
        mappings_fingerprint: pulumi.Input[str],
        principals: pulumi.Input[Sequence[str]],
        secret_id: pulumi.Input[str],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Declare the status; `credentials` are exactly those of the SynchronizationSecret, in the same order."""
        props: Properties = {
            "service_principal_id": service_principal_id,
            "job_id": job_id,
            "status": status,
            "credentials": credentials,
            "previous_token": previous_token,
            "token_fingerprint": token_fingerprint,
            "token_issued_at": token_issued_at,
            "mappings_fingerprint": mappings_fingerprint,
            "principals": principals,
            "secret_id": secret_id,
            **dict.fromkeys(COMPUTED),
        }
        secret = pulumi.ResourceOptions(additional_secret_outputs=["previous_token"])
        super().__init__(ProvisioningStatusProvider(), resource_name, props, pulumi.ResourceOptions.merge(opts, secret))


def _applied(props: Properties, remembered: Properties) -> Properties:
    """Test, heal and test again while no cycle can be cut off; then switch on or off."""
    deadline = Deadline()
    inputs = inputs_of(props)
    graph = Graph(props["service_principal_id"], deadline)
    connection = Connection(graph, props["job_id"], inputs["base_address"], props["previous_token"], deadline)
    first_time = not remembered
    tested: Properties = {name: remembered.get(name, "") for name in ("tested_fingerprint", "tested_at")}
    state = "untested"
    if connection.may_be_tested(first_time=first_time):
        connection.prove(props["credentials"])
        tested = {"tested_fingerprint": props["token_fingerprint"], "tested_at": to_text(now())}
        state = "accepted"
    else:
        pulumi.log.warn(
            "provisioning status: a provisioning cycle is running, so the new token was not tested and the overlap "
            "stays open: Entra's next cycle takes the new token by itself, and the next run records it"
        )
    job, series = switched(graph, props["job_id"], on=props["status"] == "on", tried=remembered.get("tried_series", ""))
    return {
        **inputs,
        **seen_of(job),
        **tested,
        "overlap": "open" if state == "untested" or overlap.is_open(connection.previous()) else "closed",
        "credentials_state": state,
        "tried_series": series,
        "undeclared_principals": remembered.get("undeclared_principals", []),
    }


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
    if "Unavailable" in refusal:
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
        pulumi.log.warn(f"provisioning status: assigned by somebody else: {', '.join(found)}")
    return found
