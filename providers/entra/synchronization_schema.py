"""The attribute mappings of a synchronization job as a resource: read, edited, saved whole, read back and compared.

The class is pickled by reference: this module's path is part of every state file. What calls is in `schema_verbs`,
which is loaded by the verbs that call: a run that changes nothing needs none of it.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypedDict

import pulumi
from pulumi.dynamic import CreateResult, DiffResult, ReadResult, Resource, ResourceProvider, UpdateResult

from providers.entra.sign_in.tenant import must_record_tenant
from providers.run_log import fault, repair
from providers.state.schema import MAPPINGS, Properties

if TYPE_CHECKING:
    from typing_extensions import Unpack

_PLACE = ("service_principal_id", "job_id")


class SchemaInputs(TypedDict):
    """What the mappings are declared with, keyed by source object name (User, Group)."""

    tenant_id: str
    service_principal_id: pulumi.Input[str]
    job_id: pulumi.Input[str]
    mappings: Mapping[str, Any]


class SynchronizationSchemaProvider(ResourceProvider):
    """The verbs of `SynchronizationSchema`."""

    def diff(self, _id: str, olds: Properties, news: Properties) -> DiffResult:
        """Return what differs, in words; olds are outputs, fresh ones in a refresh. Never calls anything."""
        is_current, olds, news = MAPPINGS.is_current(olds), MAPPINGS.upgraded(olds), MAPPINGS.upgraded(news)
        unrecorded = must_record_tenant(olds, news)
        moved = [name for name in _PLACE if olds[name] != news[name]]
        drift: list[str] = olds["drift"]
        for line in drift:
            fault(f"attribute mappings: {line}")
        saves = bool(drift) or olds["mappings"] != news["mappings"]
        if saves and not moved:
            repair("attribute mappings: saving them makes Entra start a new initial cycle")
        return DiffResult(changes=bool(unrecorded or moved or saves or not is_current), replaces=moved)

    def create(self, props: Properties) -> CreateResult:
        """Bring the job's schema to the wanted mappings."""
        from providers.entra import schema_verbs

        return CreateResult(f"{props['job_id']}/schema", schema_verbs.applied(props, {}))

    def update(self, _id: str, olds: Properties, news: Properties) -> UpdateResult:
        """Bring the job's schema to the wanted mappings."""
        from providers.entra import schema_verbs

        return UpdateResult(schema_verbs.applied(news, MAPPINGS.upgraded(olds)))

    def read(self, id_: str, props: Properties) -> ReadResult:
        """Look at the live schema; a job that is gone takes its schema with it."""
        from providers.entra import schema_verbs

        outs = schema_verbs.seen(MAPPINGS.upgraded(props))
        return ReadResult("", {}) if outs is None else ReadResult(id_, outs)

    def delete(self, _id: str, props: Properties) -> None:
        """Restore the service's defaults, unless provisioning is on: they would send what nobody mapped."""
        from providers.entra import schema_verbs

        schema_verbs.reset(MAPPINGS.upgraded(props))


class SynchronizationSchema(Resource, module="entra", name="SynchronizationSchema"):
    """The attribute mappings, flow types and scope of a synchronization job."""

    fingerprint: pulumi.Output[str]
    drift: pulumi.Output[list[str]]

    def __init__(
        self, resource_name: str, *, opts: pulumi.ResourceOptions | None = None, **inputs: "Unpack[SchemaInputs]"
    ) -> None:
        props: Properties = {**inputs, "fingerprint": None, "drift": None, "replaced_version": None}
        check = pulumi.ResourceHook(f"save of {resource_name}", _fail_after_an_unproven_save)
        own = pulumi.ResourceOptions(hooks=pulumi.ResourceHookBinding(after_update=[check]))
        super().__init__(SynchronizationSchemaProvider(), resource_name, props, pulumi.ResourceOptions.merge(opts, own))


def _fail_after_an_unproven_save(args: pulumi.ResourceHookArgs) -> None:
    """End the run with an error, after the engine has written down what the provider returned."""
    left: list[str] = (args.new_outputs or {}).get("drift") or []
    if left:
        from providers.entra import schema_verbs
        from providers.errors import StoppedError

        raise StoppedError(schema_verbs.not_as_saved(left))
