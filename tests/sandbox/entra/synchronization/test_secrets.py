"""How the saved credentials take a save: what is left out, and what is emptied."""

import json

import httpx
import pytest

from tests.sandbox.driver import World

_OFF = '{"Enabled":false,"DeleteThresholdEnabled":false}'


def _save(graph: httpx.Client, synchronization: str, **values: str) -> httpx.Response:
    listed = [{"key": key, "value": value} for key, value in values.items()]
    return graph.put(f"{synchronization}/secrets", json={"value": listed})


def _saved(graph: httpx.Client, synchronization: str) -> dict[str, str]:
    listed = graph.get(f"{synchronization}/secrets").json()["value"]
    return {pair["key"]: pair["value"] for pair in listed}


@pytest.mark.parametrize("put", ["replaces", "merges"])
def test_a_save_that_leaves_a_key_out_drops_or_keeps_it(
    world: World, graph: httpx.Client, synchronization: str, put: str
) -> None:
    world.set(secrets_put=put)
    assert _save(graph, synchronization, SyncAll="false", SyncNotificationSettings=_OFF).is_success
    assert _save(graph, synchronization, BaseAddress="https://a.example", SyncAll="true").is_success
    kept = {"SyncNotificationSettings": _OFF} if put == "merges" else {}
    assert _saved(graph, synchronization) == {"BaseAddress": "https://a.example", "SyncAll": "true", **kept}
    assert list(_saved(graph, synchronization))[:2] == ["BaseAddress", "SyncAll"]


@pytest.mark.parametrize("put", ["replaces", "merges"])
def test_an_empty_value_takes_its_key_away_but_for_the_notification_settings(
    world: World, graph: httpx.Client, synchronization: str, put: str
) -> None:
    world.set(secrets_put=put)
    assert _save(graph, synchronization, SyncAll="false", SyncNotificationSettings=_OFF).is_success
    refused = _save(graph, synchronization, SyncAll="", SyncNotificationSettings="")
    assert refused.status_code == 400
    within = json.loads(refused.json()["error"]["message"])
    assert within["error"]["code"] == "InvalidNotificationSettings"
    assert _saved(graph, synchronization) == {"SyncAll": "false", "SyncNotificationSettings": _OFF}
    assert _save(graph, synchronization, SyncAll="", SyncNotificationSettings=_OFF).is_success
    assert _saved(graph, synchronization) == {"SyncNotificationSettings": _OFF}
