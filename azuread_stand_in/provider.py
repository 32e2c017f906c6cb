"""The provider: Pulumi's verbs, each implemented once over the table."""

import json
import os

from pulumi.provider.experimental.provider import (
    CheckFailure,
    CheckRequest,
    CheckResponse,
    ConfigureRequest,
    ConfigureResponse,
    CreateRequest,
    CreateResponse,
    DeleteRequest,
    DiffRequest,
    DiffResponse,
    PropertyDiff,
    PropertyDiffKind,
    Provider,
    ReadRequest,
    ReadResponse,
    UpdateRequest,
    UpdateResponse,
)

from azuread_stand_in.client.graph_client import Graph
from azuread_stand_in.client.login import sign_in
from azuread_stand_in.errors import StandInError, Unfinished
from azuread_stand_in.resources import rules
from azuread_stand_in.resources.table import RESOURCES, Resource
from azuread_stand_in.values import UNKNOWN, Plain, plain_map, wrapped_map

_REPLACING = frozenset({PropertyDiffKind.UPDATE_REPLACE, PropertyDiffKind.ADD_REPLACE})


class StandIn(Provider):
    """Serves one engine process: signed in once, at Configure."""

    _signed_in: Graph | None = None

    @property
    def _graph(self) -> Graph:
        if self._signed_in is None:
            raise StandInError("the stand-in for the azuread plugin was not configured")
        return self._signed_in

    async def configure(self, request: ConfigureRequest) -> ConfigureResponse:
        """Sign in by the environment, to the tenant of the configuration; other settings are refused, not ignored."""
        settings = plain_map(request.args)
        strange = set(settings) - {"version", "tenantId"}
        if strange:
            raise StandInError(
                f"the stand-in for the azuread plugin reads tenantId and ARM_* only, not {', '.join(sorted(strange))}"
            )
        self._signed_in = await sign_in(os.environ, str(settings.get("tenantId") or ""))
        return await super().configure(request)

    async def check(self, request: CheckRequest) -> CheckResponse:
        """Fill in defaults and judge the shape of each input."""
        resource = _resource(request.type)
        inputs = rules.with_defaults(resource, plain_map(request.new_inputs))
        failures = [CheckFailure(name, reason) for name, reason in rules.problems(resource, inputs).items()]
        return CheckResponse(inputs=wrapped_map(inputs, resource.secret), failures=failures)

    async def diff(self, request: DiffRequest) -> DiffResponse:
        """Compare wanted inputs with state, which a refresh has made the truth."""
        resource = _resource(request.type)
        found = rules.changes(
            resource, plain_map(request.old_state), plain_map(request.new_inputs), request.ignore_changes
        )
        return DiffResponse(
            changes=bool(found),
            replaces=[name for name, kind in found.items() if kind in _REPLACING],
            diffs=list(found),
            detailed_diff={name: PropertyDiff(kind, input_diff=False) for name, kind in found.items()},
        )

    async def create(self, request: CreateRequest) -> CreateResponse:
        """Create, finish and read back."""
        resource, inputs = _resource(request.type), plain_map(request.properties)
        if request.preview:
            foreseen = {**inputs, **dict.fromkeys(resource.computed, UNKNOWN)}
            return CreateResponse(properties=wrapped_map(foreseen, resource.secret))
        resource_id = await resource.create(self._graph, inputs)
        try:
            await resource.finish(self._graph, resource_id, inputs)
            state = await resource.read(self._graph, resource_id, inputs)
        except StandInError as error:
            raise _unfinished(resource, resource_id, inputs, error) from error
        if state is None:
            raise StandInError(f"expected non-nil error with nil state during Create of {request.urn}")
        return CreateResponse(resource_id, wrapped_map(_outputs(resource, resource_id, state), resource.secret))

    async def read(self, request: ReadRequest) -> ReadResponse:
        """Read the truth. What is gone is answered without an id."""
        resource, known = _resource(request.type), plain_map(request.properties)
        state = await resource.read(self._graph, request.resource_id, known)
        if state is None:
            return ReadResponse()
        names = [each.name for each in resource.inputs if each.name in request.inputs or not request.inputs]
        inputs = {name: state[name] for name in names if name in state}
        return ReadResponse(
            request.resource_id,
            wrapped_map(_outputs(resource, request.resource_id, state), resource.secret),
            wrapped_map(inputs, resource.secret),
        )

    async def update(self, request: UpdateRequest) -> UpdateResponse:
        """Update and read back. A failure leaves the wanted values in state, as the real plugin does."""
        resource, old, new = _resource(request.type), plain_map(request.olds), plain_map(request.news)
        planned = {**{name: old[name] for name in resource.computed if name in old}, **new}
        if request.preview:
            return UpdateResponse(wrapped_map(planned, resource.secret))
        try:
            await resource.update(self._graph, request.resource_id, old, new)
            state = await resource.read(self._graph, request.resource_id, new)
        except StandInError as error:
            raise _unfinished(resource, request.resource_id, planned, error) from error
        if state is None:
            raise StandInError(f"{request.resource_id} was gone when it was read back")
        return UpdateResponse(wrapped_map(_outputs(resource, request.resource_id, state), resource.secret))

    async def delete(self, request: DeleteRequest) -> None:
        """Delete. What is gone already is an error here, and none after a refresh."""
        await _resource(request.type).delete(self._graph, request.resource_id, plain_map(request.properties))


def _resource(qualified: str) -> Resource:
    kind = qualified.rpartition("$")[2]  # before it: the types of the components that the resource lives in
    if kind not in RESOURCES:
        raise StandInError(f"the stand-in for the azuread plugin has no {kind}")
    return RESOURCES[kind]


def _outputs(resource: Resource, resource_id: str, state: Plain) -> Plain:
    meta = {"__meta": json.dumps({"schema_version": resource.schema_version})} if resource.schema_version else {}
    return {"id": resource_id, **state, **meta}


def _unfinished(resource: Resource, resource_id: str, state: Plain, error: StandInError) -> Unfinished:
    outputs = wrapped_map(_outputs(resource, resource_id, state), resource.secret)
    return Unfinished(resource_id, outputs, str(error))
