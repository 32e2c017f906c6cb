"""How the secret reads what Graph shows: one asterisk is the value that state has, anything else is itself."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import Any, cast

import pytest
from pulumi.provider.experimental.property_value import PropertyValue
from pulumi.provider.experimental.provider import DeleteRequest, DiffRequest, ReadRequest, ReadResponse, UpdateRequest

from azuread_stand_in.client.waiting import GAP
from azuread_stand_in.errors import StandInError
from azuread_stand_in.provider import StandIn
from azuread_stand_in.values import plain_map, wrapped_map
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


def _refresh(stand_in: StandIn, graph: GraphStub) -> ReadResponse:
    principal, inputs = _inputs(graph)
    wire = wrapped_map(inputs, frozenset({"credentials"}))
    return asyncio.run(stand_in.read(ReadRequest(URN, principal, wire, wire)))


def _drift(stand_in: StandIn, graph: GraphStub) -> list[str]:
    principal, inputs = _inputs(graph)
    found = _refresh(stand_in, graph)
    return asyncio.run(stand_in.diff(DiffRequest(URN, principal, found.properties, wrapped_map(inputs), []))).diffs


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
    wire = wrapped_map(inputs)
    assert asyncio.run(stand_in.read(ReadRequest(URN, principal, wire, wire))).resource_id is None


def test_an_import_takes_the_mask_for_the_value(stand_in: StandIn, graph: GraphStub) -> None:
    principal, _ = _inputs(graph)
    graph.shown = lambda _: {"value": _shown(ADDRESS, "*")}
    found = asyncio.run(stand_in.read(ReadRequest(URN, principal, {}, {})))
    assert found.inputs is not None
    assert plain_map(found.inputs)["credentials"] == _shown(ADDRESS, "*")


def test_credentials_are_secret_as_a_whole_and_each_value_again_within(stand_in: StandIn, graph: GraphStub) -> None:
    graph.shown = lambda _: {"value": _shown(ADDRESS, "*")}
    found = _refresh(stand_in, graph)
    assert found.properties is not None
    credentials = found.properties["credentials"]
    assert credentials.is_secret
    assert all(each["value"].is_secret and not each["key"].is_secret for each in _maps(credentials))


def _maps(found: PropertyValue) -> list[Mapping[str, PropertyValue]]:
    return [cast("Mapping[str, PropertyValue]", each.value) for each in cast("Sequence[PropertyValue]", found.value)]


def test_an_added_key_sends_the_whole_list_in_the_order_given(stand_in: StandIn, graph: GraphStub) -> None:
    principal, old = _inputs(graph)
    _, new = _inputs(graph, [*STORED, {"key": "SyncAll", "value": "false"}])
    update = UpdateRequest(URN, principal, wrapped_map(old), wrapped_map(new), 0, [], preview=False)
    asyncio.run(stand_in.update(update))
    assert writes(graph.asked) == recorded_writes("mask-16-update-key-added")


def test_deleting_puts_every_key_with_an_empty_value(stand_in: StandIn, graph: GraphStub) -> None:
    principal, state = _inputs(graph, [*STORED, {"key": "SyncAll", "value": "false"}])
    asyncio.run(stand_in.delete(DeleteRequest(URN, principal, wrapped_map(state), 0)))
    assert writes(graph.asked) == recorded_writes("mask-17-destroy")


def test_a_graph_that_keeps_the_keys_fails_the_delete(
    stand_in: StandIn, graph: GraphStub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(GAP, "0")
    principal, state = _inputs(graph)
    graph.keeps_empty_secrets = True
    with pytest.raises(StandInError, match="timed out waiting for deletion of synchronization secrets"):
        asyncio.run(stand_in.delete(DeleteRequest(URN, principal, wrapped_map(state), 0)))


def test_no_credentials_are_the_same_as_an_empty_list_of_them(stand_in: StandIn, graph: GraphStub) -> None:
    principal, wanted = _inputs(graph, [])
    state = wrapped_map({"servicePrincipalId": principal})
    assert not asyncio.run(stand_in.diff(DiffRequest(URN, principal, state, wrapped_map(wanted), []))).changes


def test_a_key_that_graph_lists_and_nobody_sent_fails_the_update(
    stand_in: StandIn, graph: GraphStub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(GAP, "0")
    principal, inputs = _inputs(graph)
    graph.shown = lambda entries: {"value": [*entries, {"key": "SyncNotificationSettings", "value": "{}"}]}
    wire = wrapped_map(inputs)
    with pytest.raises(StandInError, match="timed out waiting for synchronization secrets"):
        asyncio.run(stand_in.update(UpdateRequest(URN, principal, wire, wire, 0, [], preview=False)))


def test_a_403_of_the_synchronization_api_is_waited_out(stand_in: StandIn, graph: GraphStub) -> None:
    graph.shown = lambda _: {"value": _shown(ADDRESS, "*")}
    graph.faults.append(Fault("GET", "/secrets", 403, times=2))
    assert _drift(stand_in, graph) == []
    assert len(graph.asked) == 3
    assert {(each.method, each.path.rpartition("/")[2]) for each in graph.asked} == {
        (method, path.rpartition("/")[2]) for method, path, _ in recorded_reads("mask-15-refresh-403x2")
    }
