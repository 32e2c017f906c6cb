"""What a refresh would find, without the engine: exported state, and the providers' own reads.

An engine for each stack costs 2.5 s of processor time. The engine alone runs the program, so what the program would
change is not looked at. Of azuread's resources that is read which azuread itself reads (Graph v1.0).
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from providers import run_log
from providers.entra import schema_verbs, status_verbs
from providers.entra.graph.directory import Directory
from providers.entra.graph.provisioning import Graph
from providers.errors import NotFoundError
from providers.greenlake.refreshed import refreshed
from providers.http.deadline import Deadline
from providers.resource_types import APPLICATION, ASSIGNMENT, ASSIGNMENTS, JOB, MAPPINGS, SECRET, STATUS, TOKEN
from scimctl.access.named import at_last_up
from scimctl.commands.drift.differences import Difference, differences, why_rotate
from scimctl.commands.drift.saved_settings import saved_differences
from scimctl.engine.preview import Preview, Seen
from scimctl.stack.stack import Json, Stack
from stacks.named import resolve


def read_differences(stack: Stack, now: datetime) -> list[Difference]:
    """Read all that a deployed stack made, and judge it as `scimctl drift` does; the stack has its secrets in clear.

    Raises ProvisioningError if Graph does not answer. GreenLake is asked last: by then it is known whether Entra
    uses the token.
    """
    graph = Graph(stack.tenant_id, stack.service_principal_id, Deadline())
    with run_log.heard() as said:
        status = _seen(stack.resource(STATUS), status_verbs.seen(stack.status))
        job_is_there = status.found is not None
        application = _application(stack)
        is_there = application is None or application.found is not None
        saved = _saved(stack, graph) if is_there else []
        assigned = {str(each["id"]) for each in graph.assignments()} if is_there else set[str]()
        resolved = resolve(stack.tenant_id, stack.config.access.entries, at_last_up(stack.resources))
        said.extend(resolved.renamed)
        mappings = stack.resource(MAPPINGS)
        seen = [
            status,
            _seen(mappings, schema_verbs.seen(stack.mappings) if job_is_there else None),
            *([application] if application else []),
            *(_kept_if(each, job_is_there) for each in _all(stack, JOB)),
            *(_credentials(each, saved) if is_there else _seen(each, None) for each in _all(stack, SECRET)),
            *(_kept_if(each, _last_step(each) in assigned) for each in _all(stack, ASSIGNMENT)),
            *(_kept_if(each, True) for each in _all(stack, ASSIGNMENTS)),
            _token(stack, now),
        ]
    preview = Preview({each.urn: each for each in seen}, said, (), resolved.unresolved)
    return differences(preview, stack.config, now, saved=saved)


def _token(stack: Stack, now: datetime) -> Seen:
    """Probe the token, and plan its rotation by the policy of the stack file."""
    declared: Json = {**stack.config.token_inputs()}
    seen = _seen(stack.resource(TOKEN), refreshed(stack.token))
    if seen.found and why_rotate(dict(seen.found), declared, now):
        return replace(seen, before=declared, after=declared, planned="update")
    return seen


def _application(stack: Stack) -> Seen | None:
    """Read the application, None if this stack made none."""
    for resource in _all(stack, APPLICATION):
        recorded = stack.outputs(APPLICATION)
        try:
            directory = Directory(stack.tenant_id, Deadline())
            name = directory.application(recorded["applicationObjectId"]).get("displayName")
        except NotFoundError:
            return _seen(resource, None)
        changed = [] if name == recorded.get("displayName") else ["displayName"]
        return _seen(resource, {**recorded, "displayName": name}, changed)
    return None


def _saved(stack: Stack, graph: Graph) -> list[str]:
    """List what of the saved credentials is not as the last `up` left it."""
    recorded = {each["key"]: each["value"] for each in stack.outputs(SECRET)["credentials"]}
    return saved_differences(graph.shown_credentials(), recorded)


def _credentials(resource: Json, saved: Sequence[str]) -> Seen:
    return _seen(resource, resource["outputs"], ["credentials"] if saved else [])


def _kept_if(resource: Json, is_there: bool) -> Seen:
    return _seen(resource, resource.get("outputs") or {} if is_there else None)


def _seen(resource: Json, found: Json | None, differs: Sequence[str] = ()) -> Seen:
    inputs: Json = resource.get("inputs") or {}
    outputs: Json = resource.get("outputs") or {}
    return Seen(
        str(resource["urn"]),
        str(resource["type"]),
        recorded=outputs,
        found=found,
        differs=differs,
        before=inputs,
        after=inputs,
        outputs=outputs,
    )


def _all(stack: Stack, kind: str) -> list[Json]:
    return [each for each in stack.resources if each["type"] == kind and not each.get("delete")]


def _last_step(resource: Json) -> str:
    return str(resource["id"]).rpartition("/")[2]
