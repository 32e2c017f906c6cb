"""The stand-in, asked to wait: the polls of the real plugin, as often and as far apart as it sends them."""

import asyncio
from typing import Any

import pytest

from azuread_stand_in.client.waiting import GAP, settle
from azuread_stand_in.errors import StandInError
from azuread_stand_in.protocol import messages
from azuread_stand_in.provider import StandIn
from azuread_stand_in.values import wrapped
from tests.contract.graph_world import GraphStub
from tests.contract.recordings import Shape, in_order, recorded_in_order

_TEMPLATE = "8adf8e6e-67b2-4cf2-a259-e3dc5476c621"
_CREDENTIALS = [
    {"key": "BaseAddress", "value": "https://127.0.0.1:9/scim/v2"},
    {"key": "SecretToken", "value": "token-1"},
]


def _waited(monkeypatch: pytest.MonkeyPatch, answers: str) -> float:
    """Return the seconds that are waited while polls are answered so: + is good, - is not, the last one goes on."""
    waits: list[float] = []
    polls = iter(answers)
    last = [""]

    async def sleep(seconds: float) -> None:
        waits.append(seconds)

    async def good() -> bool:
        last[0] = next(polls, last[0])
        return last[0] == "+"

    monkeypatch.setenv(GAP, "5")
    monkeypatch.setattr("azuread_stand_in.client.waiting.asyncio.sleep", sleep)
    if answers == "-":
        with pytest.raises(StandInError, match="timed out"):
            asyncio.run(settle(good, "timed out"))
    else:
        asyncio.run(settle(good, "timed out"))
    return sum(waits)


@pytest.mark.parametrize(("answers", "seconds"), [("+", 20), ("-+", 25), ("--+", 55), ("---+", 65)])
def test_it_waits_as_long_as_the_real_plugin_was_measured_to_wait(
    monkeypatch: pytest.MonkeyPatch, answers: str, seconds: float
) -> None:
    assert _waited(monkeypatch, answers) == seconds


def test_it_gives_up_after_five_minutes_as_the_real_plugin_does(monkeypatch: pytest.MonkeyPatch) -> None:
    assert 295 <= _waited(monkeypatch, "-") <= 305


def _of(kind: str, shapes: list[Shape]) -> list[Shape]:
    return [shape for shape in shapes if kind in shape[1]]


def test_it_sends_every_poll_of_the_real_plugin_for_application_secret_and_job(
    stand_in: StandIn, graph: GraphStub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(GAP, "0")
    ids: dict[str, tuple[str, Any]] = {}

    def urn(kind: str) -> str:
        return f"urn:pulumi:dev::contract::azuread:index/{kind[0].lower()}{kind[1:]}:{kind}::it"

    def make(kind: str, **inputs: Any) -> str:
        request = messages.CreateRequest(urn=urn(kind), properties=wrapped(inputs))
        made = asyncio.run(stand_in.create(request))
        ids[kind] = (made.id, made.properties)
        return made.id

    def drop(kind: str) -> None:
        name, properties = ids[kind]
        asyncio.run(stand_in.delete(messages.DeleteRequest(urn=urn(kind), id=name, properties=properties)))

    application = make("ApplicationFromTemplate", displayName="probe app", templateId=_TEMPLATE)
    principal = f"/servicePrincipals/{application.rpartition('/')[2]}"
    make("SynchronizationSecret", servicePrincipalId=principal, credentials=_CREDENTIALS)
    make("SynchronizationJob", servicePrincipalId=principal, templateId="customappsso", enabled=True)
    made = in_order(graph.asked)
    for kind in ("application", "secrets", "jobs"):
        assert _of(kind, made) == _of(kind, recorded_in_order("aft-01-up")), kind
    for kind in ("SynchronizationJob", "SynchronizationSecret", "ApplicationFromTemplate"):
        drop(kind)
    dropped = in_order(graph.asked)[len(made) :]
    for kind in ("application", "secrets", "jobs"):
        assert _of(kind, dropped) == _of(kind, recorded_in_order("aft-09-destroy")), kind
