"""How the secret reads what Graph shows: one asterisk is the value that state has, anything else is itself."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from google.protobuf.json_format import MessageToDict
from google.protobuf.struct_pb2 import Struct

from azuread_stand_in.client.waiting import GAP
from azuread_stand_in.errors import StandInError
from azuread_stand_in.protocol import messages
from azuread_stand_in.provider import StandIn
from azuread_stand_in.values import plain_map, wrapped
from tests.contract.graph_world import Fault, GraphStub
from tests.contract.recordings import recorded_reads, recorded_writes, writes

URN = "urn:pulumi:dev::contract::azuread:index/synchronizationSecret:SynchronizationSecret::secret"
ADDRESS, TOKEN = "https://127.0.0.1:9/scim/v2", "token-1"
STORED = [{"key": "BaseAddress", "value": ADDRESS}, {"key": "SecretToken", "value": TOKEN}]


def _shown(*values: str | None) -> list[dict[str, str | None]]:
    return [{"key": key, "value": value} for key, value in zip(("BaseAddress", "SecretToken"), values, strict=True)]


def _inputs(graph: GraphStub, credentials: list[dict[str, str]] = STORED) -> tuple[str, dict[str, Any]]:
    principal = f"/servicePrincipals/{next(iter(graph.principals), None) or graph.add_principal()}"
    return principal, {"servicePrincipalId": principal, "credentials": credentials}


def _refresh(stand_in: StandIn, graph: GraphStub) -> messages.ReadResponse:
    principal, inputs = _inputs(graph)
    return _read(stand_in, principal, wrapped(inputs, frozenset({"credentials"})))


def _read(stand_in: StandIn, principal: str, known: Struct | None = None) -> messages.ReadResponse:
    return asyncio.run(stand_in.read(messages.ReadRequest(urn=URN, id=principal, properties=known, inputs=known)))


def _diff(stand_in: StandIn, principal: str, old: Struct, new: dict[str, Any]) -> messages.DiffResponse:
    return asyncio.run(stand_in.diff(messages.DiffRequest(urn=URN, id=principal, olds=old, news=wrapped(new))))


def _update(stand_in: StandIn, principal: str, old: dict[str, Any], new: dict[str, Any]) -> None:
    asyncio.run(stand_in.update(messages.UpdateRequest(urn=URN, id=principal, olds=wrapped(old), news=wrapped(new))))


def _delete(stand_in: StandIn, principal: str, state: dict[str, Any]) -> None:
    asyncio.run(stand_in.delete(messages.DeleteRequest(urn=URN, id=principal, properties=wrapped(state))))


def _drift(stand_in: StandIn, graph: GraphStub) -> list[str]:
    principal, inputs = _inputs(graph)
    return list(_diff(stand_in, principal, _refresh(stand_in, graph).properties, inputs).diffs)


@pytest.mark.parametrize("shown", [_shown(ADDRESS, "*"), _shown("*", "*"), _shown(ADDRESS, TOKEN)])
def test_a_mask_of_one_asterisk_and_the_value_itself_are_not_drift(
    stand_in: StandIn, graph: GraphStub, shown: list[dict[str, str | None]]
) -> None:
    graph.shown = lambda _: {"value": shown}
    assert _drift(stand_in, graph) == []


@pytest.mark.parametrize(
    "shown",
    [
        _shown(ADDRESS, "************"),
        _shown(ADDRESS, ""),
        _shown(ADDRESS, None),
        _shown(ADDRESS, "another"),
        _shown("https://127.0.0.1:9/other", "*"),
        _shown(ADDRESS, "*")[::-1],
        _shown(ADDRESS, "*")[:1],
        [*_shown(ADDRESS, "*"), {"key": "SyncNotificationSettings", "value": "{}"}],
        [],
    ],
)
def test_another_mask_value_key_or_order_is_drift_of_the_whole_list(
    stand_in: StandIn, graph: GraphStub, shown: list[dict[str, str | None]]
) -> None:
    graph.shown = lambda _: {"value": shown}
    assert _drift(stand_in, graph) == ["credentials"]


def _lose_the_principal(graph: GraphStub) -> None:
    graph.principals.clear()


def _lose_the_list(graph: GraphStub) -> None:
    graph.shown = lambda _: {}


@pytest.mark.parametrize("lose", [_lose_the_principal, _lose_the_list])
def test_a_404_or_an_answer_without_a_list_means_the_secret_is_gone(
    stand_in: StandIn, graph: GraphStub, lose: Callable[[GraphStub], None]
) -> None:
    principal, inputs = _inputs(graph)
    lose(graph)
    assert _read(stand_in, principal, wrapped(inputs)).id == ""


def test_an_import_takes_the_mask_for_the_value(stand_in: StandIn, graph: GraphStub) -> None:
    principal, _ = _inputs(graph)
    graph.shown = lambda _: {"value": _shown(ADDRESS, "*")}
    assert plain_map(_read(stand_in, principal).inputs)["credentials"] == _shown(ADDRESS, "*")


def test_credentials_are_secret_as_a_whole_and_each_value_again_within(stand_in: StandIn, graph: GraphStub) -> None:
    graph.shown = lambda _: {"value": _shown(ADDRESS, "*")}
    found = MessageToDict(_refresh(stand_in, graph).properties)

    def secret(value: object) -> dict[str, object]:
        return {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", "value": value}

    entries = [{**each, "value": secret(each["value"])} for each in STORED]
    assert found["credentials"] == secret(entries)


def test_an_added_key_sends_the_whole_list_in_the_order_given(stand_in: StandIn, graph: GraphStub) -> None:
    principal, old = _inputs(graph)
    _, new = _inputs(graph, [*STORED, {"key": "SyncAll", "value": "false"}])
    _update(stand_in, principal, old, new)
    assert writes(graph.asked) == recorded_writes("mask-16-update-key-added")


def test_deleting_puts_every_key_with_an_empty_value(stand_in: StandIn, graph: GraphStub) -> None:
    principal, state = _inputs(graph, [*STORED, {"key": "SyncAll", "value": "false"}])
    _delete(stand_in, principal, state)
    assert writes(graph.asked) == recorded_writes("mask-17-destroy")


def test_a_graph_that_keeps_the_keys_fails_the_delete(
    stand_in: StandIn, graph: GraphStub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(GAP, "0")
    principal, state = _inputs(graph)
    graph.keeps_empty_secrets = True
    with pytest.raises(StandInError, match="timed out waiting for deletion of synchronization secrets"):
        _delete(stand_in, principal, state)


def test_no_credentials_are_the_same_as_an_empty_list_of_them(stand_in: StandIn, graph: GraphStub) -> None:
    principal, wanted = _inputs(graph, [])
    found = _diff(stand_in, principal, wrapped({"servicePrincipalId": principal}), wanted)
    assert found.changes == messages.DiffResponse.DIFF_NONE


def test_a_key_that_graph_lists_and_nobody_sent_fails_the_update(
    stand_in: StandIn, graph: GraphStub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(GAP, "0")
    principal, inputs = _inputs(graph)
    graph.shown = lambda entries: {"value": [*entries, {"key": "SyncNotificationSettings", "value": "{}"}]}
    with pytest.raises(StandInError, match="timed out waiting for synchronization secrets"):
        _update(stand_in, principal, inputs, inputs)


def test_a_403_of_the_synchronization_api_is_waited_out(stand_in: StandIn, graph: GraphStub) -> None:
    graph.shown = lambda _: {"value": _shown(ADDRESS, "*")}
    graph.faults.append(Fault("GET", "/secrets", 403, times=2))
    assert _drift(stand_in, graph) == []
    assert len(graph.asked) == 3
    assert {(each.method, each.path.rpartition("/")[2]) for each in graph.asked} == {
        (method, path.rpartition("/")[2]) for method, path, _ in recorded_reads("mask-15-refresh-403x2")
    }
