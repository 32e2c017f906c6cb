"""What the verbs of `SynchronizationSchema` do when they call: save, look, restore."""

import hashlib
import json
from collections.abc import Mapping

import pulumi

from providers.deadline import Deadline
from providers.entra.graph import Graph
from providers.entra.job import read_job
from providers.entra.mapping_drift import mapping_drift
from providers.entra.mappings import Json, ObjectMapping, edited, expressions, read_wanted, scope_problems
from providers.entra.synchronization_schema import REPEATED, Properties
from providers.entra.tenant import recorded_tenant
from providers.errors import NotFoundError, StoppedError
from providers.masking import brief
from providers.state_schema import MAPPINGS


def applied(props: Properties) -> Properties:
    """GET, edit, PUT whole where something differs, read back and compare."""
    graph = Graph(props["tenant_id"], props["service_principal_id"], Deadline())
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
    inputs = {name: props[name] for name in (*REPEATED, "mappings")}
    return MAPPINGS.stamped({**inputs, "fingerprint": _fingerprint(props), "drift": []})


def drift(props: Properties) -> list[str] | None:
    """Return how the live schema differs, None where the job is gone."""
    graph = Graph(recorded_tenant(props), props["service_principal_id"], Deadline())
    try:
        schema = graph.schema(props["job_id"])
    except NotFoundError:
        return None
    return mapping_drift(schema, read_wanted(props["mappings"]))


def reset(props: Properties) -> None:
    """Restore the service's defaults, unless provisioning is on; a job that is gone has nothing to restore."""
    graph = Graph(recorded_tenant(props), props["service_principal_id"], Deadline())
    try:
        if read_job(graph.job(props["job_id"])[0]).active:
            pulumi.log.warn("attribute mappings: provisioning is on, so the service's defaults were not restored")
            return
        graph.reset_schema(props["job_id"])
    except NotFoundError:
        return


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
        said = brief(str(error.get("message") or "no reason given"))
        raise StoppedError(f"Entra cannot parse the expression {expression!r} ({said}): correct it in the stack file")
    return tree


def _fingerprint(props: Properties) -> str:
    text = json.dumps(props["mappings"], sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:12]
