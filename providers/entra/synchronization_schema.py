"""The attribute mappings of a synchronization job as a resource: read, edited, saved whole, read back and compared.

The class is pickled by reference: this module's path is part of every state file.
"""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

import pulumi
from pulumi.dynamic import CheckResult, CreateResult, DiffResult, ReadResult, Resource, ResourceProvider, UpdateResult

from providers.deadline import Deadline
from providers.entra.graph import Graph
from providers.entra.job import read_job
from providers.entra.mapping_drift import mapping_drift
from providers.entra.mappings import Json, ObjectMapping, edited, expressions, read_wanted, scope_problems
from providers.errors import NotFoundError, StoppedError, masked

Properties = dict[str, Any]

_PLACE = ("service_principal_id", "job_id")


class SynchronizationSchemaProvider(ResourceProvider):
    """The verbs of `SynchronizationSchema`."""

    def check(self, _olds: Properties, news: Properties) -> CheckResult:
        """Take the inputs as they are: the stack's configuration was validated before."""
        return CheckResult(dict(news), [])

    def diff(self, _id: str, olds: Properties, news: Properties) -> DiffResult:
        """Say what differs, in words; olds are outputs, fresh ones in a refresh. Never calls anything."""
        moved = [name for name in _PLACE if olds.get(name) != news.get(name)]
        drift: list[str] = olds.get("drift") or []
        for line in drift:
            pulumi.log.warn(f"attribute mappings: {line}")
        changed = bool(drift) or olds.get("mappings") != news.get("mappings")
        if changed and not moved:
            pulumi.log.info("attribute mappings: saving them makes Entra start a new initial cycle")
        return DiffResult(changes=bool(moved or changed), replaces=moved)

    def create(self, props: Properties) -> CreateResult:
        """Bring the job's schema to the wanted mappings."""
        return CreateResult(f"{props['job_id']}/schema", _applied(props))

    def update(self, _id: str, _olds: Properties, news: Properties) -> UpdateResult:
        """Bring the job's schema to the wanted mappings."""
        return UpdateResult(_applied(news))

    def read(self, id_: str, props: Properties) -> ReadResult:
        """Look at the live schema; a job that is gone takes its schema with it."""
        graph = Graph(props["service_principal_id"], Deadline())
        try:
            schema = graph.schema(props["job_id"])
        except NotFoundError:
            return ReadResult("", {})
        return ReadResult(id_, {**props, "drift": mapping_drift(schema, read_wanted(props["mappings"]))})

    def delete(self, _id: str, props: Properties) -> None:
        """Restore the service's defaults, unless provisioning is on: they would send what nobody mapped."""
        graph = Graph(props["service_principal_id"], Deadline())
        try:
            if read_job(graph.job(props["job_id"])[0]).active:
                pulumi.log.warn("attribute mappings: provisioning is on, so the service's defaults were not restored")
                return
            graph.reset_schema(props["job_id"])
        except NotFoundError:
            return


class SynchronizationSchema(Resource, module="entra", name="SynchronizationSchema"):
    """The attribute mappings, flow types and scope of a synchronization job."""

    fingerprint: pulumi.Output[str]
    drift: pulumi.Output[list[str]]

    def __init__(
        self,
        resource_name: str,
        *,
        service_principal_id: pulumi.Input[str],
        job_id: pulumi.Input[str],
        mappings: Mapping[str, Any],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Declare the mappings, keyed by source object name (User, Group)."""
        props: Properties = {
            "service_principal_id": service_principal_id,
            "job_id": job_id,
            "mappings": dict(mappings),
            "fingerprint": None,
            "drift": None,
        }
        super().__init__(SynchronizationSchemaProvider(), resource_name, props, opts)


def _applied(props: Properties) -> Properties:
    """GET, edit, PUT whole where something differs, read back and compare."""
    graph = Graph(props["service_principal_id"], Deadline())
    job_id = props["job_id"]
    wanted = read_wanted(props["mappings"])
    live = graph.schema(job_id, patient=True)
    if mapping_drift(live, wanted):
        _check_scopes(graph, job_id, live, wanted)
        parsed = {text: _parsed(graph, job_id, text) for text in sorted(expressions(wanted))}
        graph.put_schema(job_id, edited(live, wanted, parsed))
        left = mapping_drift(graph.schema(job_id), wanted)
        if left:
            raise StoppedError(
                f"Entra took the attribute mappings and reads back others: {'; '.join(left)}: "
                "compare with the portal, Provisioning, Mappings, and correct the stack file"
            )
    return {**{name: props[name] for name in (*_PLACE, "mappings")}, "fingerprint": _fingerprint(props), "drift": []}


def _check_scopes(graph: Graph, job_id: str, live: Json, wanted: Mapping[str, ObjectMapping]) -> None:
    """Stop at a scope filter that Entra would take and that matches nobody: everybody would leave."""
    if any(of.scope for of in wanted.values()):
        problems = scope_problems(live, wanted, graph.filter_operators(job_id))
        if problems:
            raise StoppedError(f"the scope filter cannot work: {'; '.join(problems)}: correct it in the stack file")


def _parsed(graph: Graph, job_id: str, expression: str) -> Json:
    answer = graph.parse_expression(job_id, expression)
    tree: Json | None = answer.get("parsedExpression")
    if not answer.get("parsingSucceeded") or not tree:
        error: Json = answer.get("error") or {}
        said = masked(str(error.get("message") or "no reason given"))
        raise StoppedError(f"Entra cannot parse the expression {expression!r} ({said}): correct it in the stack file")
    return tree


def _fingerprint(props: Properties) -> str:
    text = json.dumps(props["mappings"], sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:12]
