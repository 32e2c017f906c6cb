"""How a token and the policy it follows are laid down in state: plain JSON, every key always present.

Outputs repeat the inputs, because the engine hands `diff` and `update` the old outputs and never the old inputs.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any, TypedDict

from providers import environment
from providers.greenlake import rotation
from providers.greenlake.api.token_answer import IssuedToken
from providers.greenlake.api.workspace import names, told
from providers.greenlake.rotation import Known, Policy, RotationPlan, State
from providers.state.schema import TOKEN, Properties
from providers.timestamps import duration, from_optional, from_text, now, to_text

ADDRESSES = ("api_url", "tenant_url")


class TokenInputs(TypedDict):
    """What the token is declared with; a duration is "" if it is not set, a workspace if the first call decides."""

    api_url: str
    tenant_url: str
    token_field: str
    expiry_field: str
    workspace: str
    remove_current: bool
    every: str
    renew_before: str
    adopt_existing: bool
    rotate_when_changed: dict[str, str]


_INPUTS = tuple(TokenInputs.__annotations__)
COMPARED = tuple(name for name in _INPUTS if name != "rotate_when_changed")
COMPUTED = (
    "token", "previous_token", "issued_at", "expires_at", "rotate_after", "generation", "fingerprint", "rotated_for",
    "state", "adopted", "workspace_claims", "unknown_newer_since", "previous_expires_at", "observed",
)  # fmt: skip


def fingerprint(token: str) -> str:
    """Return what may be shown of a token: the first 12 hexadecimal digits of its SHA-256."""
    return hashlib.sha256(token.encode()).hexdigest()[:12]


def of_issued(
    props: Properties,
    issued: IssuedToken,
    *,
    generation: int,
    previous: str = "",
    previous_expires_at: str = "",
    adopted: bool = False,
    workspace_claims: Mapping[str, str],
    observed: Mapping[str, Mapping[str, Any]],
) -> Properties:
    """Return the outputs of a token that was issued a moment ago; `previous` goes on living beside it."""
    moment = now()
    outs = {
        **{name: props[name] for name in _INPUTS},
        "token": issued.value,
        "previous_token": previous,
        "issued_at": to_text(moment),
        "expires_at": to_text(issued.expires_at),
        "rotate_after": to_text(rotation.schedule(moment, issued.expires_at, policy(props)).rotate_after),
        "generation": generation,
        "fingerprint": fingerprint(issued.value),
        "rotated_for": dict(props["rotate_when_changed"]),
        "state": (State.OVERLAP if previous else State.UNKNOWN if adopted else State.ACCEPTED).value,
        "adopted": adopted,
        "workspace_claims": dict(workspace_claims),
        "unknown_newer_since": "",
        "previous_expires_at": previous_expires_at if previous else "",
        "observed": dict(observed),
    }
    return TOKEN.stamped(outs)


def under(olds: Properties, news: Properties) -> Properties:
    """Return the old outputs under the new policy and addresses."""
    inputs = {name: news[name] for name in _INPUTS}
    return {**olds, **inputs, "rotate_after": to_text(plan(known(olds), news).rotate_after)}


def unread(olds: Properties, news: Properties) -> Properties:
    """Return the outputs after an unreadable rotation; its trigger counts as followed, so that it asks only once."""
    wanted = dict(news["rotate_when_changed"])
    return {**under(olds, news), "rotated_for": wanted, "unknown_newer_since": to_text(now())}


def asked(olds: Properties, news: Properties) -> tuple[str, bool]:
    """Return why to rotate, "" for not at all, and whether the present token ends at once."""
    request = rotation.requested(environment.current())
    reason = request.why(olds["fingerprint"])
    removes = bool(news["remove_current"]) or (bool(reason) and request.leaked)
    return reason or why_rotate(olds, news), removes


def why_rotate(olds: Properties, news: Properties) -> str:
    """Return why a rotation is due under the new inputs, "" if it is not."""
    token = known(olds)
    token = replace(token, rotate_after=plan(token, news).rotate_after)
    return rotation.why_rotate(token, news["rotate_when_changed"], now())


def plan(token: Known, news: Properties) -> RotationPlan:
    """Return when a token falls due under the new inputs."""
    return rotation.schedule(token.issued_at, token.expires_at, policy(news))


def warnings(outs: Properties) -> list[tuple[str, str]]:
    """List what may become a problem although nothing fails yet: what it is, and what to do."""
    found: list[tuple[str, str]] = []
    since, every = outs["unknown_newer_since"], outs["every"]
    if since:
        what = (
            f"the answer to a rotation at {since} could not be read, so a newer token may exist that nobody knows, and "
            "another rotation might end the one in use"
        )
        found.append((what, "set greenlake.tokenField to the field of the token, then run `scimctl token rotate`"))
    if not names(outs["workspace"], outs["workspace_claims"]):
        what = f"greenlake.workspace is {outs['workspace']}, and the token is of {told(outs['workspace_claims'])}"
        found.append(
            (what, "`scimctl doctor --all` shows what the bearer names: with any other the next rotation stops")
        )
    if not outs["expires_at"] and rotation.exceeds_the_assumed_life(policy(outs)):
        what = (
            f"GreenLake does not report when the token ends, and token.every is {every}: a token that lives less ends "
            "before it is rotated, and pushes fail until the next `pulumi up`"
        )
        found.append((what, "set token.every to 30d or less, or greenlake.expiryField if the answer does have the end"))
    return found


def known(outs: Properties) -> Known:
    """Return what decisions need of the outputs, of whatever version."""
    outs = TOKEN.upgraded(outs)
    return Known(
        state=State(outs["state"]),
        issued_at=from_text(outs["issued_at"]),
        expires_at=from_optional(outs["expires_at"]),
        rotate_after=from_text(outs["rotate_after"]),
        rotated_for=outs["rotated_for"],
        previous_expires_at=from_optional(outs["previous_expires_at"]),
        adopted=bool(outs.get("adopted")),
    )


def policy(props: Properties) -> Policy:
    """Return the policy that the inputs state."""
    return Policy(
        remove_current=bool(props["remove_current"]),
        every=_span(props["every"]),
        renew_before=_span(props["renew_before"]),
    )


def _span(text: str) -> timedelta | None:
    return duration(text) if text else None
