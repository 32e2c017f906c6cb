"""The provider: Pulumi's verbs, each implemented once over the table. The engine calls them by gRPC."""

import json
import os
from typing import Any

from google.protobuf.empty_pb2 import Empty

from azuread_stand_in.client.graph_client import Graph
from azuread_stand_in.client.login import sign_in
from azuread_stand_in.errors import StandInError, Unfinished
from azuread_stand_in.protocol import messages
from azuread_stand_in.resources import rules
from azuread_stand_in.resources.table import RESOURCES, Resource
from azuread_stand_in.values import UNKNOWN, Plain, plain_map, wrapped


class StandIn:
    """Serves one engine process: signed in once, at Configure."""

    _graph: Graph

    async def configure(self, request: messages.ConfigureRequest) -> messages.ConfigureResponse:
        """Sign in by the environment, to the tenant of the configuration; other settings are refused, not ignored."""
        settings = plain_map(request.args)
        strange = set(settings) - {"version", "tenantId"}
        if strange:
            raise StandInError(
                f"the stand-in for the azuread plugin reads tenantId and ARM_* only, not {', '.join(sorted(strange))}"
            )
        self._graph = await sign_in(os.environ, str(settings.get("tenantId") or ""))
        return messages.ConfigureResponse(acceptSecrets=True, supportsPreview=True)

    async def check(self, request: messages.CheckRequest) -> messages.CheckResponse:
        """Fill in defaults and judge the shape of each input."""
        resource = _resource(request.urn)
        inputs = rules.with_defaults(resource, plain_map(request.news))
        wrong = rules.problems(resource, inputs).items()
        failures = [messages.CheckFailure(property=name, reason=reason) for name, reason in wrong]
        return messages.CheckResponse(inputs=wrapped(inputs, resource.secret), failures=failures)

    async def diff(self, request: messages.DiffRequest) -> messages.DiffResponse:
        """Compare wanted inputs with state, which a refresh has made the truth."""
        found = rules.changes(
            _resource(request.urn), plain_map(request.olds), plain_map(request.news), request.ignoreChanges
        )
        kinds = {name: messages.PropertyDiff.Kind.Value(kind) for name, kind in found.items()}
        return messages.DiffResponse(
            changes=messages.DiffResponse.DIFF_SOME if found else messages.DiffResponse.DIFF_NONE,
            replaces=[name for name, kind in found.items() if kind.endswith("_REPLACE")],
            diffs=list(found),
            detailedDiff={name: messages.PropertyDiff(kind=kind) for name, kind in kinds.items()},
            hasDetailedDiff=True,
        )

    async def create(self, request: messages.CreateRequest) -> messages.CreateResponse:
        """Create, finish and read back."""
        resource, inputs = _resource(request.urn), plain_map(request.properties)
        if request.preview:
            foreseen = {**inputs, **dict.fromkeys(resource.computed, UNKNOWN)}
            return messages.CreateResponse(properties=wrapped(foreseen, resource.secret))
        resource_id = await resource.create(self._graph, inputs)
        try:
            await resource.finish(self._graph, resource_id, inputs)
            state = await resource.read(self._graph, resource_id, inputs)
        except StandInError as error:
            raise Unfinished(resource_id, _outputs(resource, resource_id, inputs), str(error)) from error
        if state is None:
            raise StandInError(f"expected non-nil error with nil state during Create of {request.urn}")
        return messages.CreateResponse(id=resource_id, properties=_outputs(resource, resource_id, state))

    async def read(self, request: messages.ReadRequest) -> messages.ReadResponse:
        """Read the truth. What is gone is answered without an id."""
        resource = _resource(request.urn)
        state = await resource.read(self._graph, request.id, plain_map(request.properties))
        if state is None:
            return messages.ReadResponse()
        known = request.inputs.fields
        names = [each.name for each in resource.inputs if each.name in known or not known]
        inputs = {name: state[name] for name in names if name in state}
        outputs = _outputs(resource, request.id, state)
        return messages.ReadResponse(id=request.id, properties=outputs, inputs=wrapped(inputs, resource.secret))

    async def update(self, request: messages.UpdateRequest) -> messages.UpdateResponse:
        """Update and read back. A failure leaves the wanted values in state, as the real plugin does."""
        resource, old, new = _resource(request.urn), plain_map(request.olds), plain_map(request.news)
        planned = {**{name: old[name] for name in resource.computed if name in old}, **new}
        if request.preview:
            return messages.UpdateResponse(properties=wrapped(planned, resource.secret))
        try:
            await resource.update(self._graph, request.id, old, new)
            state = await resource.read(self._graph, request.id, new)
        except StandInError as error:
            raise Unfinished(request.id, _outputs(resource, request.id, planned), str(error)) from error
        if state is None:
            raise StandInError(f"{request.id} was gone when it was read back")
        return messages.UpdateResponse(properties=_outputs(resource, request.id, state))

    async def delete(self, request: messages.DeleteRequest) -> Empty:
        """Delete. What is gone already is an error here, and none after a refresh."""
        await _resource(request.urn).delete(self._graph, request.id, plain_map(request.properties))
        return Empty()

    async def invoke(self, request: messages.InvokeRequest) -> messages.InvokeResponse:
        """Refuse a look-up."""
        raise StandInError(f"the stand-in for the azuread plugin has no look-up {request.tok}")


def _resource(urn: str) -> Resource:
    kind = urn.split("::")[2].rpartition("$")[2]  # before it: the types of the components that the resource lives in
    if kind not in RESOURCES:
        raise StandInError(f"the stand-in for the azuread plugin has no {kind}")
    return RESOURCES[kind]


def _outputs(resource: Resource, resource_id: str, state: Plain) -> Any:
    meta = {"__meta": json.dumps({"schema_version": resource.schema_version})} if resource.schema_version else {}
    return wrapped({"id": resource_id, **state, **meta}, resource.secret)
