"""What the verbs of `SynchronizationSchema` do when they call: save, look, restore."""

import hashlib
import json
from collections.abc import Mapping, Sequence

from providers import run_log
from providers.entra.graph.provisioning import Graph
from providers.entra.job.consistency import GONE_AFTER_SECONDS, read_until, settled_job, wait_for_earlier_writes
from providers.entra.job.job import read_job
from providers.entra.mapping.attribute_definitions import defined, scope_problems, undefined
from providers.entra.mapping.drift import mapping_drift
from providers.entra.mapping.mappings import Json, ObjectMapping, edited, expressions, read_wanted
from providers.entra.sign_in.tenant import recorded_tenant
from providers.errors import ApiError, NotFoundError, ProvisioningError, StoppedError, UnavailableError
from providers.http.deadline import Deadline
from providers.masking import brief
from providers.state.schema import MAPPINGS, Properties

NOT_KNOWN = "whether Entra saved them is not known"


def applied(props: Properties, remembered: Properties) -> Properties:
    """GET, edit, PUT whole if something differs, read back and compare; what a PUT may have left is drift of state."""
    deadline = Deadline()
    graph = Graph(props["tenant_id"], props["service_principal_id"], deadline, just_made=not remembered)
    job_id, wanted = props["job_id"], read_wanted(props["mappings"])
    replaced: str = remembered.get("replaced_version", "")
    live = graph.schema(job_id)
    # A first read that shows nothing to do may lag, if something should differ.
    differed = remembered and (remembered["drift"] or remembered["mappings"] != props["mappings"])
    if mapping_drift(live, wanted) or differed:
        job = read_job(graph.job(job_id)[0])
        if remembered or job.has_run:
            wait_for_earlier_writes(job, deadline)  # of somebody else, which a read may not show yet
            live = graph.schema(job_id)
    unproven: list[str] = []
    if mapping_drift(live, wanted):
        replaced, unproven = _version(live), _saved(graph, job_id, live, wanted, may_record=bool(remembered))
    inputs = {name: props[name] for name in ("tenant_id", "service_principal_id", "job_id", "mappings")}
    fingerprint = hashlib.sha256(json.dumps(props["mappings"], sort_keys=True, default=str).encode()).hexdigest()[:12]
    outs: Properties = {**inputs, "fingerprint": fingerprint, "drift": unproven, "replaced_version": replaced}
    return MAPPINGS.stamped(outs)


def seen(props: Properties) -> Properties | None:
    """Return the outputs as they are now, None if the job is gone; what may lag behind a write is read again."""
    tenant_id = recorded_tenant(props)
    graph = Graph(tenant_id, props["service_principal_id"], Deadline())
    wanted = read_wanted(props["mappings"])

    def read() -> Json | None:
        try:
            return graph.schema(props["job_id"])
        except NotFoundError:
            return None

    def counts(schema: Json | None) -> bool:
        return schema is not None and (
            not mapping_drift(schema, wanted) or _version(schema) != props["replaced_version"]
        )

    def seconds(schema: Json | None) -> float:
        return GONE_AFTER_SECONDS if schema is None else _settle_seconds(graph, props["job_id"])

    schema = read_until(counts, read, seconds, graph.deadline)
    return None if schema is None else {**props, "tenant_id": tenant_id, "drift": mapping_drift(schema, wanted)}


def reset(props: Properties) -> None:
    """Restore the service's defaults, unless provisioning is on; a job that is gone has nothing to restore."""
    graph = Graph(recorded_tenant(props), props["service_principal_id"], Deadline())
    try:
        # A destroy has stopped it a moment ago, which may not be seen yet.
        if settled_job(graph, props["job_id"], lambda job: not job.active).active:
            run_log.warn("attribute mappings: provisioning is on, so the service's defaults were not restored")
            return
        graph.reset_schema(props["job_id"])
    except NotFoundError:
        return


def _edited(graph: Graph, job_id: str, live: Json, wanted: Mapping[str, ObjectMapping]) -> Json:
    """Return the schema to save. Raises StoppedError for what cannot work."""
    complete = defined(live, wanted)
    missing = undefined(complete, wanted)
    if missing:
        raise StoppedError(f"Entra does not know what the attribute mappings name: {'; '.join(missing)}")
    _check_scopes(graph, job_id, complete, wanted)
    return edited(complete, wanted, {text: _parsed(graph, job_id, text) for text in sorted(expressions(wanted))})


def _saved(
    graph: Graph, job_id: str, live: Json, wanted: Mapping[str, ObjectMapping], *, may_record: bool
) -> list[str]:
    """Save the schema, wait until it is read back, and return what differs or is not known then.

    If no state can record that, it is raised. So is a refusal, which saved nothing.
    """
    edit, sent = _edited(graph, job_id, live, wanted), False
    try:
        graph.put_schema(job_id, edit)
        sent = True
        left = read_until(
            lambda drift: not drift,
            lambda: mapping_drift(graph.schema(job_id), wanted),
            lambda _: _settle_seconds(graph, job_id),
            graph.deadline,
        )
    except ProvisioningError as error:
        refused = isinstance(error, ApiError) and not (error.lost or isinstance(error, UnavailableError))
        if not may_record or (refused and not sent):
            raise
        run_log.warn(f"attribute mappings: {error}")
        return [NOT_KNOWN]
    if left and not may_record:
        raise StoppedError(not_as_saved(left))
    return left


def not_as_saved(left: Sequence[str]) -> str:
    """Return what a run ends with whose saved mappings are not proven."""
    if NOT_KNOWN in left:
        return f"attribute mappings: {NOT_KNOWN}: run `pulumi up` again, which looks and saves what is missing"
    return (
        f"Entra took the attribute mappings and reads back others: {'; '.join(left)}: "
        "compare with the portal, Provisioning, Mappings, and correct the stack file, or run `pulumi up --refresh` "
        "if the portal shows them"
    )


def _settle_seconds(graph: Graph, job_id: str) -> float:
    return read_job(graph.job(job_id)[0]).settle_time.total_seconds()


def _version(schema: Json) -> str:
    return str(schema.get("version") or "")


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
