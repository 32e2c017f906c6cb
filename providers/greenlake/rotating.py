"""How a rotation that is due is carried out: what is checked before it, and which token it keeps beside the new one."""

from collections.abc import Collection, Generator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from typing import Any

from providers import environment, run_log
from providers.errors import ProvisioningError, StoppedError, UnreadableTokenError
from providers.greenlake import rotation
from providers.greenlake.api.bearer import bearer
from providers.greenlake.api.observation import in_a_log
from providers.greenlake.api.proxy_tokens import ProxyTokens, rotated_token
from providers.greenlake.api.token_answer import IssuedToken
from providers.greenlake.api.workspace import claims_of, contradiction, note
from providers.greenlake.assumption_checks import differences
from providers.greenlake.rotation import Kept, Known, State
from providers.greenlake.token_properties import (
    Properties,
    asked,
    known,
    of_issued,
    policy,
    under,
    unread,
    warnings,
)
from providers.http.deadline import Deadline
from providers.scim.probing import Probe, clock, probe, probe_twice
from providers.timestamps import now

_GLANCE_SECONDS = 0.5  # for what is only reported, while pushes fail until Entra has the new token


def rotated(olds: Properties, news: Properties, reason: str, *, removes: bool) -> Properties:
    """Rotate for a reason if nothing speaks against it; else return the outputs of a rotation that waits."""
    deadline, rules, token = Deadline(), replace(policy(news), remove_current=removes), known(olds)
    before = olds["previous_token"]
    previous = probe_twice(olds["tenant_url"], before, deadline) if before and not removes else None
    at = _time(olds["tenant_url"], token, deadline)
    present = None
    if token.state is State.REFUSED and not removes:
        # GreenLake may have answered an earlier run so for a while only
        present = probe_twice(olds["tenant_url"], olds["token"], deadline)
        token = replace(token, state=rotation.after_current(present))
        olds = {**olds, "state": token.state.value}
        reason, _ = asked(olds, news)
    if not reason:
        return under(olds, news)
    if rotation.finish_first(rules, token, previous, at):
        run_log.warn(_waits(reason, previous, adopted=bool(olds["adopted"])))
        return {**under(olds, news), "state": State.OVERLAP.value}
    if not removes and _holds_back(olds, news, deadline):
        run_log.warn(f"SCIM proxy token: not rotated, although it should be ({reason})")
        warn(under(olds, news))
        return under(olds, news)
    kept = rotation.kept(rules, token, previous=previous, present=present, now=at)
    if kept is Kept.PRESENT:  # the service might replace a token that nobody has used, which Entra may hold
        present = probe_twice(olds["tenant_url"], olds["token"], deadline)
        kept = Kept.NONE if present is Probe.REFUSED else kept
    adopts = not removes and rotation.is_adoption(token, present, at)
    if present is Probe.REFUSED and adopts and olds["state"] != State.REFUSED.value:  # else the reason is printed
        run_log.warn(
            "SCIM proxy token: GreenLake refuses the token in state: somebody else has ended it, or state is an older "
            "one, and another token may be in use"
        )
    return _carried_out(olds, news, reason, kept, deadline, removes=removes, adopts=adopts)


def _carried_out(
    olds: Properties, news: Properties, reason: str, kept: Kept, deadline: Deadline, *, removes: bool, adopts: bool
) -> Properties:
    """Rotate and return the outputs, with the token that may be in use beside the new one."""
    api = api_of(news, olds["workspace_claims"], deadline, known_tokens=(olds["token"], olds["previous_token"]))
    try:
        with observed(api, olds["observed"]):
            issued, made_anew, adopted = rotated_token(
                api,
                remove_current=removes,
                ours_is_accepted=lambda: _probe_ours(olds, news["tenant_url"], deadline) is Probe.ACCEPTED,
            )
    except UnreadableTokenError as error:
        if removes:
            raise
        run_log.warn(f"SCIM proxy token: {error}")
        return {
            **unread(olds, news), "workspace_claims": api.claims, "observed": {**olds["observed"], **api.observed}
        }  # fmt: skip
    token, ends = {
        Kept.PRESENT: (olds["token"], olds["expires_at"]),
        Kept.PREVIOUS: (olds["previous_token"], olds["previous_expires_at"]),
        Kept.NONE: ("", ""),
    }[Kept.NONE if made_anew else kept]
    if not made_anew and not _is_kept(api, olds, news["tenant_url"], token, deadline, removes=removes):
        token = ""
    run_log.note(f"SCIM proxy token: rotated: {reason}")
    outs = of_issued(
        news,
        issued,
        generation=int(olds["generation"]) + 1,
        previous=token,
        previous_expires_at=ends,
        adopted=adopted or (adopts and not made_anew),
        workspace_claims=api.claims,
        observed={**olds["observed"], **api.observed},
    )
    report(outs, issued, olds)
    return outs


def api_of(
    props: Properties, recorded: Mapping[str, str], deadline: Deadline, known_tokens: Collection[str] = ()
) -> ProxyTokens:
    """Return GreenLake's token API for a stack whose workspace is `recorded`; raises as `_confirmed` does."""
    return ProxyTokens(
        api_url=props["api_url"],
        deadline=deadline,
        token_field=props["token_field"],
        expiry_field=props["expiry_field"],
        known_tokens=known_tokens,
        claims=_confirmed(props["workspace"], recorded, deadline),
    )


def _confirmed(pin: str, recorded: Mapping[str, str], deadline: Deadline) -> dict[str, str]:
    """Compare the bearer's workspace with the stack's before a call; return the claims. StoppedError: another one."""
    found = claims_of(bearer(environment.current(), now(), deadline))
    other = contradiction(pin, recorded, found)
    if other:
        raise StoppedError(f"SCIM proxy token: {other}: nothing was sent: use its own credentials (HPEGL_*)")
    said = note(pin, recorded, found)
    if said:
        run_log.note(f"SCIM proxy token: {said}")
    return {**recorded, **found}


@contextmanager
def observed(api: ProxyTokens, before: Mapping[str, Any]) -> Generator[None]:
    """Print what was seen of GreenLake's API if a call fails, because no state keeps it then."""
    try:
        yield
    except ProvisioningError:
        print_observed(api, before)
        raise


def print_observed(api: ProxyTokens, before: Mapping[str, Any]) -> None:
    """Print it as one line that `scimctl assumptions --log` reads, unless state has it already."""
    if any(before.get(key) != seen for key, seen in api.observed.items()):
        run_log.note(f"SCIM proxy token: {in_a_log(api.observed, api.claims)}")


def report(outs: Properties, issued: IssuedToken, olds: Properties | None = None) -> None:
    """Warn of what a new token shows: an answer that differs from what is assumed, and a policy that does not fit."""
    known_before = differences(olds) if olds else []
    for each in differences(outs):
        if each not in known_before:
            run_log.warn(f"SCIM proxy token: GreenLake differs from what is assumed: {each}: run `scimctl assumptions`")
    problem = rotation.schedule(now(), issued.expires_at, policy(outs)).problem
    if problem:
        run_log.warn(f"SCIM proxy token: {problem}")
    warn(outs)


def warn(outs: Properties) -> None:
    """Report what somebody should do about the token."""
    for what, todo in warnings(outs):
        run_log.warn(f"SCIM proxy token: {what}: {todo}")


def _time(tenant_url: str, token: Known, deadline: Deadline) -> datetime:
    """Return the time; GreenLake's if a token has expired by ours, since what protects a token would end by that."""
    at = now()
    return (clock(tenant_url, deadline) if rotation.any_has_expired(token, at) else None) or at


def _is_kept(
    api: ProxyTokens, olds: Properties, tenant_url: str, token: str, deadline: Deadline, *, removes: bool
) -> bool:
    """Return whether the `token` beside the new one is still there; warn if the flag did not do what was asked."""
    old = Probe.UNKNOWN
    if removes:
        old = _probe_ours(olds, tenant_url, deadline.within(_GLANCE_SECONDS))
    elif token == olds["token"]:
        old = probe_twice(tenant_url, token, deadline)
    if old is not Probe.UNKNOWN:
        for verb in {"rotate", "rotate at once"} & api.observed.keys():
            api.observed[verb]["old_token"] = old.value
    if old is Probe.ACCEPTED and removes:
        run_log.warn(
            "SCIM proxy token: GreenLake still accepts the token that was to end at once: it may work until it "
            "expires, unless HPE ends it"
        )
    if old is Probe.REFUSED and not removes:
        run_log.warn(
            "SCIM proxy token: GreenLake ended the old token at once, although remove-current=false was asked: "
            "pushes fail until Entra has the new one, which this run sees to"
        )
    return old is not Probe.REFUSED


def _probe_ours(olds: Properties, tenant_url: str, deadline: Deadline) -> Probe:
    """Ask about our tokens, the one that may be in use first: accepted if any is, refused if all are.

    `tenant_url` is that of the service that is called: after a move to another one it knows none of them.
    """
    found = Probe.REFUSED
    for token in filter(None, (olds["previous_token"], olds["token"])):
        one = probe(tenant_url, token, deadline)
        if one is Probe.ACCEPTED:
            return one
        found = one if one is Probe.UNKNOWN else found
    return found


def _holds_back(olds: Properties, news: Properties, deadline: Deadline) -> bool:
    """Ask the present token whether a rotation has to wait after one whose answer could not be read."""
    if not olds["unknown_newer_since"]:
        return False
    is_asked = (
        bool(rotation.requested(environment.current()).why(olds["fingerprint"]))
        or olds["rotated_for"] != news["rotate_when_changed"]
    )
    # After an adoption another token may be in use, which the first use of the present one would end.
    current = Probe.UNKNOWN if olds["adopted"] else probe_twice(olds["tenant_url"], olds["token"], deadline)
    return rotation.holds_back(known(olds), asked=is_asked, current=current, now=now())


def _waits(reason: str, previous: Probe | None, *, adopted: bool) -> str:
    if adopted and previous not in (Probe.ACCEPTED, Probe.UNKNOWN):
        return (
            f"SCIM proxy token: a rotation is due ({reason}), but the token was adopted, and this run does not know "
            "whether Entra uses it already: run `pulumi up --refresh`, which finds out and then rotates; "
            "token.removeCurrent: true would rotate now and end every token at once"
        )
    why = "is still accepted" if previous is Probe.ACCEPTED else "could not be probed"
    return (
        f"SCIM proxy token: a rotation is due ({reason}), but the token before the present one {why}: one overlap at a "
        "time, so the last rotation is finished first; rotate again once that token has ended; token.removeCurrent: "
        "true would end both at once"
    )
