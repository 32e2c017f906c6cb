"""Provisioning status as a resource: the portal's Test Connection, Save and OFF -> ON in one.

The class is pickled by reference: this module's path is part of every state file. It comes last of all resources, so
that provisioning is switched on when everything else is right, and is the first that a destroy undoes. What calls is in
`status_verbs`, which is loaded by the verbs that call: a run that changes nothing needs none of it.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypedDict

import pulumi
from pulumi.dynamic import CreateResult, DiffResult, ReadResult, Resource, ResourceProvider, UpdateResult

from providers.entra.job.health import provisioning_drift, repaired
from providers.entra.sign_in.tenant import must_record_tenant
from providers.entra.status_properties import COMPUTED, PLACE, Properties, differing, inputs_of, observed, unrecorded
from providers.output import spelled
from providers.run_log import fault, repair
from providers.state.schema import STATUS
from providers.timestamps import now

if TYPE_CHECKING:
    from typing_extensions import Unpack


class StatusInputs(TypedDict):
    """What the status is declared with; `credentials` are exactly those of the SynchronizationSecret, in its order.

    `adopted`: a token unknown to this stack may work beside the present one.
    `application_on_destroy` is `deleted`, and with it what is saved there, or `kept`.
    """

    tenant_id: str
    service_principal_id: pulumi.Input[str]
    job_id: pulumi.Input[str]
    status: str
    credentials: pulumi.Input[Sequence[Mapping[str, Any]]]
    previous_token: pulumi.Input[str]
    adopted: pulumi.Input[bool]
    token_fingerprint: pulumi.Input[str]
    token_issued_at: pulumi.Input[str]
    mappings_fingerprint: pulumi.Input[str]
    principals: pulumi.Input[Sequence[str]]
    application_on_destroy: str


class ProvisioningStatusProvider(ResourceProvider):
    """The verbs of `ProvisioningStatus`."""

    def diff(self, _id: str, olds: Properties, news: Properties) -> DiffResult:
        """Return what differs, in words; olds are outputs, fresh ones in a refresh. Never calls anything."""
        recorded, olds, news = STATUS.is_current(olds), STATUS.upgraded(olds), STATUS.upgraded(news)
        recorded &= not (must_record_tenant(olds, news) or unrecorded(olds, news))
        moved = [name for name in PLACE if olds[name] != news[name]]
        drift = _drift(olds)
        for line in drift:
            fault(f"provisioning status: {line}")
        changed = bool(moved or drift or differing(olds, news) or not recorded)
        return DiffResult(changes=changed, replaces=moved)

    def create(self, props: Properties) -> CreateResult:
        """Test the connection and bring provisioning to the wanted status."""
        from providers.entra import status_verbs

        return CreateResult(f"{props['job_id']}/status", status_verbs.applied(props, {}))

    def update(self, _id: str, olds: Properties, news: Properties) -> UpdateResult:
        """Test the connection and bring provisioning to the wanted status, unless there is only something to record."""
        recorded, olds = STATUS.is_current(olds), STATUS.upgraded(olds)
        recorded &= not unrecorded(olds, news)
        if not (recorded or _drift(olds) or differing(olds, news) or must_record_tenant(olds, news)):
            return UpdateResult({**olds, **inputs_of(news)})
        from providers.entra import status_verbs

        outs = status_verbs.applied(news, olds)
        done = repaired(observed(olds), observed(outs))
        if done:
            repair(f"provisioning status: {', '.join(done)}")
        return UpdateResult(outs)

    def read(self, id_: str, props: Properties) -> ReadResult:
        """Look at the job, have Entra test what it holds unless an overlap is open, and list strangers."""
        from providers.entra import status_verbs

        outs = status_verbs.seen(STATUS.upgraded(props))
        return ReadResult("", {}) if outs is None else ReadResult(id_, outs)

    def delete(self, _id: str, props: Properties) -> None:
        """Stop provisioning; what was provisioned stays in GreenLake."""
        from providers.entra import status_verbs

        status_verbs.stop(STATUS.upgraded(props))


def _drift(outs: Properties) -> list[str]:
    """Compare with what the last run wanted: a status that the stack file changes is a change and no drift."""
    return provisioning_drift(observed(outs), wanted_on=outs["status"] == "on", now=now())


class ProvisioningStatus(Resource, module="entra", name="ProvisioningStatus"):
    """Whether provisioning is on, with credentials that Entra itself has tested."""

    status: pulumi.Output[str]
    schedule_state: pulumi.Output[str]
    status_code: pulumi.Output[str]
    overlap: pulumi.Output[str]
    token_fingerprint: pulumi.Output[str]
    tested_fingerprint: pulumi.Output[str]
    tested_at: pulumi.Output[str]

    def __init__(
        self, resource_name: str, *, opts: pulumi.ResourceOptions | None = None, **inputs: "Unpack[StatusInputs]"
    ) -> None:
        props: Properties = {**inputs, **dict.fromkeys(COMPUTED)}
        # A delete after the replacement would stop provisioning, and empty credentials, that are the new one's.
        own = pulumi.ResourceOptions(additional_secret_outputs=["previous_token"], delete_before_replace=True)
        super().__init__(ProvisioningStatusProvider(), resource_name, props, pulumi.ResourceOptions.merge(opts, own))

    def holding(self, fingerprint: pulumi.Output[str]) -> pulumi.Output[str]:
        """Return the fingerprint of a token that Entra has. The run ends with an error if Entra does not have it.

        No resource can know what `--target` and `--exclude` leave out, but the program sees what came of it.
        """
        return pulumi.Output.all(fingerprint, self.token_fingerprint).apply(lambda both: _saved(*both))


def _saved(token: str, in_entra: str) -> str:
    if token != in_entra:
        raise pulumi.RunError(
            spelled(
                f"the token {token} is not saved in Entra, because --target or --exclude left that out: run `pulumi "
                "up` without them now, which saves it; if the token before has ended, pushes fail until then"
            )
        )
    return token
