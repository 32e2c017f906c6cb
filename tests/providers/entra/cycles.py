"""Provisioning cycles that take as long as a test needs, and what the program asked for meanwhile."""

from typing import Any

from tests.sandbox.driver import World
from tests.sandbox.provisioning.application import Application, wait_until


def begin_cycle(application: Application, seconds: float) -> None:
    """Start provisioning with a first cycle that takes that long, and come back while it runs."""
    application.assign(application.new_user())
    application.world.fail({"service": "scim", "method": "POST", "delay_s": seconds, "action": "delay"})
    since = last(application.world)
    application.graph.post(f"{application.path}/start").raise_for_status()
    wait_until(lambda: application.world.pushes(since) != [])


def has_ended(application: Application) -> bool:
    return application.status()["lastExecution"] is not None


def calls(world: World, since: int = 0) -> list[str]:
    """List the writes and actions at Graph, by their last word, and how often GreenLake was asked by the program."""
    found: list[str] = []
    for one in world.requests(since):
        name: str = one["path"].rpartition("/")[2]
        if one["service"] == "graph" and one["method"] != "GET" and name != "users":
            found.append(name)
        if one["service"] == "scim":
            found.append("probe")
    return found


def last(world: World) -> int:
    return world.last_request()


def credentials(application: Application, token: str) -> list[dict[str, Any]]:
    """Return what is saved in Entra for a token."""
    base = f"{application.world.sandbox.greenlake}/v1alpha1/scimproxy"
    return [
        {"key": "BaseAddress", "value": base},
        {"key": "SecretToken", "value": token},
        {"key": "SyncAll", "value": "false"},
    ]
