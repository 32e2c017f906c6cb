"""The SCIM proxy token as a resource: created, rotated on update with overlap, probed on refresh, deleted.

The class is pickled by reference: this module's path is part of every state file.
"""

import os
from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

import pulumi
from pulumi.dynamic import CheckFailure, CheckResult, CreateResult, DiffResult, ReadResult, Resource, UpdateResult
from pulumi.dynamic import ResourceProvider as Provider

from providers.addresses import same_address
from providers.deadline import Deadline
from providers.errors import ConfigurationError, StoppedError, UnreadableTokenError
from providers.greenlake import deleting, rotation
from providers.greenlake.bearer import bearer
from providers.greenlake.declared import seen
from providers.greenlake.issuing import first_token, rotated_token
from providers.greenlake.proxy_tokens import ProxyTokens
from providers.greenlake.rotation import State, Subject
from providers.greenlake.rotation_request import requested
from providers.greenlake.token_properties import (
    ADDRESSES,
    COMPARED,
    COMPUTED,
    Properties,
    known,
    of_issued,
    policy,
    under,
    unread,
    warnings,
    why_rotate,
)
from providers.greenlake.workspace import claims_of, contradiction, note
from providers.moments import now
from providers.scim import Probe, probe_twice
from providers.state_schema import TOKEN


class ScimProxyTokenProvider(Provider):
    """The verbs of `ScimProxyToken`; every decision is a function of `rotation`."""

    def check(self, olds: Properties, news: Properties) -> CheckResult:
        """Refuse inputs that cannot work; runs in preview and never calls anything.

        An address that is only written in another way stays as it was.
        """
        seen.by_the_program = True
        failures = [
            CheckFailure(name, "must begin with https://: a token is sent there")
            for name in ADDRESSES
            if urlsplit(str(news.get(name, ""))).scheme != "https"
        ]
        given = [name for name in ADDRESSES if olds.get(name) and news.get(name)]
        kept = {name: olds[name] for name in given if same_address(olds[name], news[name])}
        return CheckResult({**news, **kept}, failures)

    def diff(self, _id: str, olds: Properties, news: Properties) -> DiffResult:
        """Say whether to rotate, and why; olds are outputs, fresh ones in a refresh. Never calls anything."""
        is_current, olds, news = TOKEN.is_current(olds), TOKEN.upgraded(olds), TOKEN.upgraded(news)
        seen.newest = olds["fingerprint"]
        changed = [name for name in COMPARED if olds.get(name) != news.get(name)]
        plan = rotation.schedule(known(olds).issued_at, known(olds).expires_at, policy(news))
        if changed and plan.problem:
            raise ConfigurationError(plan.problem)
        reason, removes = _asked(olds, news)
        unread_before = bool(olds["unknown_newer_since"])
        _warn(under(olds, news))
        if "tenant_url" in changed:
            pulumi.log.info(f"SCIM proxy token: the token stays, and Entra gets its new address, {news['tenant_url']}")
        if reason:
            waits = known(olds).state is State.OVERLAP and not removes
            first = ", but the overlap of the last rotation is finished first where it is still open" if waits else ""
            pulumi.log.info(f"SCIM proxy token: to be rotated{first}: {reason}")
        return DiffResult(changes=bool(changed or reason or unread_before or not is_current), replaces=[])

    def create(self, props: Properties) -> CreateResult:
        """Create the workspace's token; take over one that exists only where it is ours or the stack file says so."""
        api = _api(props)
        claims = _confirmed(props["workspace"], {}, api.deadline)
        issued, adopted = first_token(api, adopt_existing=bool(props["adopt_existing"]))
        outs = of_issued(props, issued, generation=1, previous="", adopted=adopted, workspace_claims=claims)
        _warn_of_policy(outs)
        seen.newest = outs["fingerprint"]
        host = urlsplit(str(props["api_url"])).netloc
        return CreateResult(f"proxytoken@{host}", outs)

    def update(self, _id: str, olds: Properties, news: Properties) -> UpdateResult:
        """Rotate where it is due and no overlap is open; otherwise follow a changed policy without a call."""
        olds = TOKEN.upgraded(olds)
        reason, removes = _asked(olds, news)
        if not reason:
            return UpdateResult(under(olds, news))
        deadline, rules = Deadline(), replace(policy(news), remove_current=removes)
        before = olds["previous_token"]
        previous = probe_twice(olds["tenant_url"], before, deadline) if before and not removes else None
        if rotation.finish_first(rules, previous):
            pulumi.log.warn(_waits(reason, previous))
            return UpdateResult({**under(olds, news), "state": State.OVERLAP.value})
        if not removes and _holds_back(olds, news, deadline):
            pulumi.log.warn(f"SCIM proxy token: not rotated, although it should be ({reason})")
            _warn(under(olds, news))
            return UpdateResult(under(olds, news))
        api = _api(news, deadline, (olds["token"], before))
        claims = _confirmed(news["workspace"], olds["workspace_claims"], deadline)
        try:
            issued = rotated_token(api, remove_current=removes)
        except UnreadableTokenError as error:
            if removes:
                raise
            pulumi.log.warn(f"SCIM proxy token: {error}")
            return UpdateResult({**unread(olds, news), "workspace_claims": claims})
        old = str(olds["token"]) if rotation.leaves_overlap(rules, known(olds), now()) else ""
        if old and probe_twice(news["tenant_url"], old, deadline) is Probe.REFUSED:
            old = ""
            pulumi.log.warn(
                "SCIM proxy token: GreenLake ended the old token at once, although remove-current=false was asked: "
                "pushes fail until Entra has the new one, which this run sees to"
            )
        pulumi.log.info(f"SCIM proxy token: rotated: {reason}")
        generation = int(olds["generation"]) + 1
        outs = of_issued(news, issued, generation=generation, previous=old, adopted=False, workspace_claims=claims)
        _warn_of_policy(outs)
        seen.newest = outs["fingerprint"]
        return UpdateResult(outs)

    def read(self, id_: str, props: Properties) -> ReadResult:
        """Probe tokens that Entra has been using, never a new one while the one before it still lives."""
        props = TOKEN.upgraded(props)
        deadline = Deadline()
        url = props["tenant_url"]
        fresh: Properties = {}
        first = rotation.subject(has_previous=bool(props["previous_token"]), adopted=bool(props["adopted"]))
        state = State.UNKNOWN if first is Subject.NONE else None
        if first is Subject.PREVIOUS:
            previous = probe_twice(url, props["previous_token"], deadline)
            state = rotation.after_previous(previous)
            fresh = {"previous_token": ""} if previous is Probe.REFUSED else {}
        if state is None:
            state = rotation.after_current(probe_twice(url, props["token"], deadline))
        if state is State.UNKNOWN and first is not Subject.NONE:
            pulumi.log.info("SCIM proxy token: GreenLake could not be asked, so nothing is known of the token now")
        return ReadResult(id_, {**props, **fresh, "state": state.value})

    def delete(self, _id: str, props: Properties) -> None:
        """End our tokens, unless the workspace has a newer one: that is not ours to end."""
        props = TOKEN.upgraded(props)
        deadline = Deadline()
        if deleting.is_newest(props, deadline):
            _confirmed(props["workspace"], props["workspace_claims"], deadline)
            deleting.end(_api(props, deadline), props)


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

    def __init__(
        self,
        resource_name: str,
        *,
        api_url: str,
        tenant_url: str,
        policy: Mapping[str, Any],
        rotate_when_changed: Mapping[str, str],
        adopt_existing: bool = False,
        token_field: str = "",
        expiry_field: str = "",
        workspace: str = "",
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Declare the token; `policy` has `remove_current`, `every` and `renew_before` ("" where unset).

        `workspace` is the id of its GreenLake workspace, "" to keep to the one of the first call.
        """
        props: Properties = {
            "api_url": api_url,
            "tenant_url": tenant_url,
            **policy,
            "rotate_when_changed": dict(rotate_when_changed),
            "adopt_existing": adopt_existing,
            "token_field": token_field,
            "expiry_field": expiry_field,
            "workspace": workspace,
            **dict.fromkeys(COMPUTED),
        }
        check = pulumi.ResourceHook(f"answer of {resource_name}'s rotation", _fail_after_an_unread_rotation)
        ours = pulumi.ResourceOptions(
            additional_secret_outputs=["token", "previous_token"],
            delete_before_replace=True,  # so that a replacement comes to our delete first, which stops it
            hooks=pulumi.ResourceHookBinding(after_update=[check]),
        )
        super().__init__(ScimProxyTokenProvider(), resource_name, props, pulumi.ResourceOptions.merge(opts, ours))


def _holds_back(olds: Properties, news: Properties, deadline: Deadline) -> bool:
    """Ask the present token whether a rotation has to wait after one whose answer could not be read."""
    if not olds["unknown_newer_since"]:
        return False
    asked = bool(requested(os.environ).why(olds["fingerprint"])) or olds["rotated_for"] != news["rotate_when_changed"]
    # After an adoption another token may be in use, which the first use of the present one would end.
    current = Probe.UNKNOWN if olds["adopted"] else probe_twice(olds["tenant_url"], olds["token"], deadline)
    return rotation.holds_back(known(olds), asked=asked, current=current, now=now())


def _fail_after_an_unread_rotation(args: pulumi.ResourceHookArgs) -> None:
    """End the run with an error, after the engine has written down what the provider returned."""
    before, after = args.old_outputs or {}, args.new_outputs or {}
    if after.get("unknown_newer_since") and before.get("unknown_newer_since") != after["unknown_newer_since"]:
        raise UnreadableTokenError(
            "GreenLake's answer to the rotation could not be read, so a newer token may exist that nobody knows; "
            "nothing was ended: set greenlake.tokenField to the field of the token, then run `scimctl token rotate`"
        )


def _confirmed(pin: str, recorded: Mapping[str, str], deadline: Deadline) -> dict[str, str]:
    """Compare the bearer's workspace with the stack's, right before a call, and return the claims to record.

    Raises StoppedError if it is another workspace, and as `bearer` does.
    """
    found = claims_of(bearer(os.environ, now(), deadline))
    other = contradiction(pin, recorded, found)
    if other:
        raise StoppedError(f"SCIM proxy token: {other}: nothing was sent: use the credentials of its own (HPEGL_*)")
    said = note(pin, recorded, found)
    if said:
        pulumi.log.info(f"SCIM proxy token: {said}")
    return {**recorded, **found}


def _asked(olds: Properties, news: Properties) -> tuple[str, bool]:
    """Say why to rotate, "" for not at all, and whether the present token ends at once."""
    request = requested(os.environ)
    reason = request.why(olds["fingerprint"])
    removes = bool(news["remove_current"]) or (bool(reason) and request.leaked)
    return reason or why_rotate(olds, news), removes


def _waits(reason: str, previous: Probe | None) -> str:
    why = "is still accepted" if previous is Probe.ACCEPTED else "could not be probed"
    return (
        f"SCIM proxy token: a rotation is due ({reason}), but the token before the present one {why}: one overlap at a "
        "time, so the last rotation is finished first; rotate again once that token has ended; token.removeCurrent: "
        "true would end both at once"
    )


def _warn_of_policy(outs: Properties) -> None:
    """Say what is wrong with the policy now that the lifetime is known; the token itself is safe in state."""
    token = known(outs)
    problem = rotation.schedule(token.issued_at, token.expires_at, policy(outs)).problem
    if problem:
        pulumi.log.warn(f"SCIM proxy token: {problem}")
    _warn(outs)


def _warn(outs: Properties) -> None:
    for what, todo in warnings(outs):
        pulumi.log.warn(f"SCIM proxy token: {what}: {todo}")


def _api(props: Properties, deadline: Deadline | None = None, known_tokens: Collection[str] = ()) -> ProxyTokens:
    return ProxyTokens(
        api_url=props["api_url"],
        deadline=deadline or Deadline(),
        token_field=props["token_field"],
        expiry_field=props["expiry_field"],
        known_tokens=known_tokens,
    )
