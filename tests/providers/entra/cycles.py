"""Provisioning cycles that take as long as a test needs, and what the program asked for meanwhile."""

import time
from collections.abc import Generator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

import pytest

from tests.sandbox.driver import World
from tests.sandbox.provisioning.application import Application, wait_until


@contextmanager
def running_cycle(application: Application) -> Generator[None]:
    """Start provisioning; its first cycle runs until the block ends, or until it is let end."""
    application.assign(application.new_user())
    application.world.fail({"service": "scim", "method": "POST", "action": "hold"})
    application.graph.post(f"{application.path}/start").raise_for_status()
    wait_until(lambda: application.world.faults()[0]["times"] == 0)
    yield
    let_end(application)


def let_end(application: Application) -> None:
    """Let the running cycle end."""
    application.world.fail()
    wait_until(lambda: has_ended(application))


def let_end_once_awaited(application: Application, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the running cycle end as soon as the program begins to wait."""

    def sleep(seconds: float) -> None:
        let_end(application)
        time.sleep(seconds)

    clock = SimpleNamespace(sleep=sleep, monotonic=time.monotonic)
    monkeypatch.setattr("providers.entra.job.connection_test.time", clock)


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
