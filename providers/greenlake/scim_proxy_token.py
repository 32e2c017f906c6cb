"""The SCIM proxy token as a resource: created, rotated on update with overlap, probed on refresh, deleted.

The class is pickled by reference: this module's path is part of every state file. What calls GreenLake is loaded by the
verbs that call: a run that changes nothing needs none of it.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pulumi
from pulumi.dynamic import CheckFailure, CheckResult, CreateResult, DiffResult, ReadResult, Resource, UpdateResult
from pulumi.dynamic import ResourceProvider as Provider

from providers.errors import ConfigurationError, StoppedError, UnreadableTokenError
from providers.greenlake.api.addresses import same_address
from providers.greenlake.api.workspace import moved
from providers.greenlake.declared import seen
from providers.greenlake.rotation import State
from providers.greenlake.token_properties import (
    ADDRESSES,
    COMPARED,
    COMPUTED,
    Properties,
    asked,
    known,
    of_issued,
    plan,
    under,
    warnings,
)
from providers.http.deadline import Deadline
from providers.run_log import fault, repair
from providers.state.schema import TOKEN
from providers.state.types import ADDRESS

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from providers.greenlake.token_properties import TokenInputs


class ScimProxyTokenProvider(Provider):
    """The verbs of `ScimProxyToken`; every decision is a function of `rotation`."""

    def check(self, olds: Properties, news: Properties) -> CheckResult:
        """Refuse inputs that cannot work; an address that is only written in another way stays as it was."""
        seen.by_the_program = True
        failures = [
            CheckFailure(name, "must begin with https://: a token is sent there")
            for name in ADDRESSES
            if urlsplit(str(news.get(name, ""))).scheme != "https"
        ]
        given = [name for name in ADDRESSES if all(ADDRESS.fits(props.get(name)) for props in (olds, news))]
        kept = {name: olds[name] for name in given if same_address(olds[name], news[name])}
        return CheckResult({**news, **kept}, failures)

    def diff(self, _id: str, olds: Properties, news: Properties) -> DiffResult:
        """Decide whether to rotate, and why; olds are outputs, fresh ones in a refresh. Never calls anything."""
        is_current, olds, news = TOKEN.is_current(olds), TOKEN.upgraded(olds), TOKEN.upgraded(news)
        seen.newest = olds["fingerprint"]
        changed = [name for name in COMPARED if olds[name] != news[name]]
        other = moved(olds["workspace"], news["workspace"], olds["workspace_claims"])
        if other:
            raise StoppedError(f"SCIM proxy token: {other}")
        token = known(olds)
        problem = plan(token, news).problem
        if changed and problem:
            raise ConfigurationError(problem)
        reason, removes = asked(olds, news)
        unread_before = bool(olds["unknown_newer_since"])
        for what, todo in warnings(under(olds, news)):
            fault(f"SCIM proxy token: {what}: {todo}")
        if "tenant_url" in changed:
            repair(f"SCIM proxy token: the token stays, and Entra gets its new address, {news['tenant_url']}")
        if reason:
            waits = token.state is State.OVERLAP and not removes
            first = ", but the overlap of the last rotation is finished first if it is still open" if waits else ""
            repair(f"SCIM proxy token: to be rotated{first}: {reason}")
        return DiffResult(changes=bool(changed or reason or unread_before or not is_current), replaces=[])

    def create(self, props: Properties) -> CreateResult:
        """Create the workspace's token; take over an existing one only if it is ours or the stack file allows it."""
        from providers.greenlake.api.proxy_tokens import first_token
        from providers.greenlake.rotating import api_of, observed, report

        api = api_of(props, {}, Deadline())
        with observed(api, {}):
            issued, adopted = first_token(api, adopt_existing=bool(props["adopt_existing"]))
        outs = of_issued(
            props, issued, generation=1, adopted=adopted, workspace_claims=api.claims, observed=api.observed
        )
        report(outs, issued)
        seen.newest = outs["fingerprint"]
        host = urlsplit(str(props["api_url"])).netloc
        return CreateResult(f"proxytoken@{host}", outs)

    def update(self, _id: str, olds: Properties, news: Properties) -> UpdateResult:
        """Rotate if it is due and no overlap is open; otherwise follow a changed policy without a call."""
        olds = TOKEN.upgraded(olds)
        reason, removes = asked(olds, news)
        if not reason:
            return UpdateResult(under(olds, news))
        from providers.greenlake.rotating import rotated

        outs = rotated(olds, news, reason, removes=removes)
        seen.newest = outs["fingerprint"]
        return UpdateResult(outs)

    def read(self, id_: str, props: Properties) -> ReadResult:
        """Probe a token that Entra has been using, never a new one while the one before it may still be in use."""
        from providers.greenlake.refreshed import refreshed

        return ReadResult(id_, refreshed(TOKEN.upgraded(props)))

    def delete(self, _id: str, props: Properties) -> None:
        """End our tokens, unless the workspace has a newer one: that is not ours to end."""
        from providers.greenlake import deleting
        from providers.greenlake.rotating import api_of, print_observed

        props = TOKEN.upgraded(props)
        deadline = Deadline()
        if deleting.is_newest(props, deadline):
            api = api_of(props, props["workspace_claims"], deadline)
            try:
                deleting.end(api, props)
            finally:
                print_observed(api, props["observed"])


class ScimProxyToken(Resource, module="greenlake", name="ScimProxyToken"):
    """The SCIM proxy token of a GreenLake workspace, with the address that Entra presents it to."""

    token: pulumi.Output[str]
    previous_token: pulumi.Output[str]
    tenant_url: pulumi.Output[str]
    issued_at: pulumi.Output[str]
    expires_at: pulumi.Output[str]
    rotate_after: pulumi.Output[str]
    generation: pulumi.Output[int]
    fingerprint: pulumi.Output[str]
    state: pulumi.Output[str]
    adopted: pulumi.Output[bool]
    unknown_newer_since: pulumi.Output[str]
    observed: pulumi.Output[Mapping[str, Any]]

    def __init__(
        self,
        resource_name: str,
        *,
        opts: pulumi.ResourceOptions | None = None,
        **inputs: "Unpack[TokenInputs]",
    ) -> None:
        props: Properties = {**inputs, **dict.fromkeys(COMPUTED)}
        check = pulumi.ResourceHook(f"answer of {resource_name}'s rotation", _fail_after_an_unread_rotation)
        ours = pulumi.ResourceOptions(
            additional_secret_outputs=["token", "previous_token"],
            delete_before_replace=True,  # so that a replacement comes to our delete first, which stops it
            hooks=pulumi.ResourceHookBinding(after_update=[check]),
        )
        super().__init__(ScimProxyTokenProvider(), resource_name, props, pulumi.ResourceOptions.merge(opts, ours))


def _fail_after_an_unread_rotation(args: pulumi.ResourceHookArgs) -> None:
    """End the run with an error, after the engine has written down what the provider returned."""
    before, after = args.old_outputs or {}, args.new_outputs or {}
    if after.get("unknown_newer_since") and before.get("unknown_newer_since") != after["unknown_newer_since"]:
        raise UnreadableTokenError(
            "GreenLake's answer to the rotation could not be read, so a newer token may exist that nobody knows; "
            "nothing was ended: set greenlake.tokenField to the field of the token, then run `scimctl token rotate`"
        )
