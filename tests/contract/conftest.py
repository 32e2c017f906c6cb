"""A Graph stub for each test, the stand-in signed in to it, and the engine if there is one."""

import asyncio
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from azuread_stand_in.protocol import messages
from azuread_stand_in.provider import StandIn
from tests.contract.engine import Stack
from tests.contract.graph_stub import graph_stub
from tests.contract.graph_world import GraphStub


@pytest.fixture
def graph(tmp_path: Path) -> Iterator[GraphStub]:
    with graph_stub(tmp_path) as stub:
        yield stub


@pytest.fixture
def stand_in(graph: GraphStub, monkeypatch: pytest.MonkeyPatch) -> StandIn:
    for name, value in graph.environment().items():
        monkeypatch.setenv(name, value)
    provider = StandIn()
    asyncio.run(provider.configure(messages.ConfigureRequest(acceptSecrets=True)))
    return provider


@pytest.fixture(scope="session")
def engine() -> Path:
    folder = os.environ.get("GREENLAKE_SCIM_ENGINE_PATH", "")
    if not folder:
        pytest.skip("GREENLAKE_SCIM_ENGINE_PATH names no folder with the Pulumi engine")
    return Path(folder)


@pytest.fixture
def stack(engine: Path, tmp_path: Path, graph: GraphStub) -> Stack:
    return Stack(engine, tmp_path, graph)
