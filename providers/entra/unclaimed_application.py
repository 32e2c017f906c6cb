"""An existing application whose provisioning nobody has set up: looked at once, before anything is changed.

The class is pickled by reference: this module's path is part of every state file. Everything that belongs to the
application takes its service principal from here, so a stop in `create` comes before the first change.
"""

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, TypedDict

import pulumi
from pulumi.dynamic import CreateResult, DiffResult, ReadResult, Resource, ResourceProvider, UpdateResult

from providers import run_log
from providers.entra.sign_in.tenant import must_record_tenant
from providers.errors import StoppedError
from providers.state.schema import APPLICATION, Properties

if TYPE_CHECKING:
    from typing_extensions import Unpack

_REPEATED = ("tenant_id", "service_principal_id")


class ApplicationInputs(TypedDict):
    """The application, the principals that will be assigned and the secret keys that will be saved."""

    tenant_id: str
    service_principal_id: pulumi.Input[str]
    application_name: str
    principals: Sequence[str]
    credential_keys: Sequence[str]


class UnclaimedApplicationProvider(ResourceProvider):
    """The verbs of `UnclaimedApplication`: only `create` looks at the application."""

    def diff(self, _id: str, olds: Properties, news: Properties) -> DiffResult:
        """Look again only if it is another application."""
        is_current, olds, news = APPLICATION.is_current(olds), APPLICATION.upgraded(olds), APPLICATION.upgraded(news)
        unrecorded = must_record_tenant(olds, news)
        moved = olds["service_principal_id"] != news["service_principal_id"]
        return DiffResult(
            changes=moved or unrecorded or not is_current, replaces=["service_principal_id"] if moved else []
        )

    def create(self, props: Properties) -> CreateResult:
        """Stop with one line if anything is there that a run would take over, double or wipe."""
        from providers.entra.application.claims import Claim, read_claims
        from providers.entra.graph.provisioning import Graph
        from providers.entra.job.consistency import read_until
        from providers.entra.job.job import SETTLE
        from providers.http.deadline import Deadline

        graph = Graph(props["tenant_id"], props["service_principal_id"], Deadline())

        def seconds(found: list[Claim]) -> float:
            """Look for so long: what the stop of an earlier run asked to remove may still be read for a while."""
            run_log.note(f"{props['application_name']}: looking again, in case it was just changed: {found[0].what}")
            return SETTLE.total_seconds()

        read = partial(read_claims, graph, props["application_name"], props["credential_keys"], props["principals"])
        found = read_until(lambda found: not found, read, seconds, graph.deadline)
        if found:
            raise StoppedError(
                f"{props['application_name']}: nothing was changed: {'; '.join(each.line for each in found)}"
            )
        outs = APPLICATION.stamped({name: props[name] for name in _REPEATED})
        return CreateResult(str(props["service_principal_id"]), outs)

    def update(self, _id: str, olds: Properties, news: Properties) -> UpdateResult:
        """Fill in what outputs of an older version lack."""
        return UpdateResult({**APPLICATION.upgraded(olds), "tenant_id": APPLICATION.upgraded(news)["tenant_id"]})

    def read(self, id_: str, props: Properties) -> ReadResult:
        """Fill in what outputs of an older version lack; the application itself is a resource of azuread's."""
        return ReadResult(id_, APPLICATION.upgraded(props))


class UnclaimedApplication(Resource, module="entra", name="UnclaimedApplication"):
    """An existing enterprise application that may be configured without touching anybody's work."""

    service_principal_id: pulumi.Output[str]

    def __init__(
        self, resource_name: str, *, opts: pulumi.ResourceOptions | None = None, **inputs: "Unpack[ApplicationInputs]"
    ) -> None:
        props: Properties = {**inputs}
        super().__init__(UnclaimedApplicationProvider(), resource_name, props, opts)
