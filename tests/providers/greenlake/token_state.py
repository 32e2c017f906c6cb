"""The proxy token resource against a world: its inputs, its verbs, and what became of the tokens there."""

from datetime import timedelta
from typing import Any

from providers.greenlake.scim_proxy_token import ScimProxyTokenProvider
from providers.greenlake.token_properties import fingerprint
from providers.timestamps import now, to_text
from tests.providers.verbs import Properties, Verbs
from tests.sandbox.driver import World

VERBS = Verbs(ScimProxyTokenProvider())


def inputs(world: World, **changes: Any) -> Properties:
    return {
        "api_url": world.sandbox.greenlake,
        "tenant_url": f"{world.sandbox.greenlake}/v1alpha1/scimproxy",
        "remove_current": False,
        "every": "60d",
        "renew_before": "",
        "adopt_existing": False,
        "token_field": "",
        "expiry_field": "",
        "workspace": "",
        "rotate_when_changed": {},
        **changes,
    }


def trigger(world: World, value: str, **changes: Any) -> Properties:
    """Return inputs that ask for a rotation."""
    return inputs(world, rotate_when_changed={"asked": value}, **changes)


def due(outs: Properties) -> Properties:
    """Return outputs as they are two hours after the rotation fell due."""
    return {**outs, "rotate_after": to_text(ago(hours=2)), "issued_at": to_text(ago(days=60, hours=2))}


def ago(**span: float) -> Any:
    return now() - timedelta(**span)


def use(world: World, token: str) -> bool:
    """Present a token as Entra does; return whether it was accepted."""
    url = f"{world.sandbox.greenlake}/v1alpha1/scimproxy/Users"
    return world.sandbox.http.get(url, headers={"Authorization": f"Bearer {token}"}).status_code == 200


def snapshot(world: World, token: str) -> dict[str, Any]:
    """Return what the sandbox reports about a token: used, live, generation."""
    return next(each for each in world.control("GET")["tokens"] if each["fingerprint"] == fingerprint(token))


def was_used(world: World, token: str) -> bool:
    return snapshot(world, token)["used"]


def live(world: World) -> list[int]:
    """Return the generations of the tokens that are accepted."""
    return [each["generation"] for each in world.control("GET")["tokens"] if each["live"]]


def sent(world: World, since: int) -> list[tuple[str, str]]:
    """List what was sent to GreenLake since then, log-ins aside."""
    found = [one for one in world.requests(since) if one["service"] in ("proxytoken", "scim")]
    return [(one["method"], one["path"].rpartition("/")[2]) for one in found]


def mark(world: World) -> int:
    """Return the number of the last request so far."""
    return world.last_request()


def is_quiet(world: World, since: int) -> bool:
    """Return whether nobody but the sandbox's own engine has sent anything since then."""
    return world.requests(since) == []


def end_tokens(world: World) -> None:
    """Delete the workspace's tokens, as somebody else might."""
    headers = {"Authorization": f"Bearer {world.bearer()}"}
    world.sandbox.http.delete(f"{world.sandbox.greenlake}/v1alpha1/proxytoken", headers=headers).raise_for_status()
