"""An application of a test's own world, set up over Graph as an administrator does, and a Graph with any answer."""

import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from providers.entra.graph.provisioning import Graph
from tests.providers.calling import soon
from tests.providers.tls_service import Service
from tests.sandbox.driver import World
from tests.sandbox.provisioning.application import Application, connected

SETTLE_SECONDS = 0.5


@pytest.fixture
def application(here: World) -> Iterator[Application]:
    """An application with a job that was never started, and with working credentials."""
    with connected(here) as ready:
        yield ready


@pytest.fixture
def settled_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every read of Graph see a write after half a second: what is repeated until then is repeated quickly."""
    monkeypatch.setattr("providers.entra.job.job.SETTLE", timedelta(seconds=SETTLE_SECONDS))
    monkeypatch.setattr("providers.entra.job.consistency.GONE_AFTER_SECONDS", SETTLE_SECONDS)
    monkeypatch.setattr("providers.entra.schema_verbs.GONE_AFTER_SECONDS", SETTLE_SECONDS)
    monkeypatch.setattr("providers.entra.status_verbs.GONE_AFTER_SECONDS", SETTLE_SECONDS)
    monkeypatch.setattr("providers.entra.job.consistency._GAP_SECONDS", 0.05)


@pytest.fixture
def of_application(application: Application) -> Graph:
    """The program's client for that application."""
    return Graph(application.world.tenant_id, application.service_principal, soon(60))


@pytest.fixture
def beside(here: World, service: Service, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Service:
    """A service beside the worlds, all trusted."""
    together = tmp_path / "together.pem"
    together.write_text(Path(os.environ["SSL_CERT_FILE"]).read_text() + (here.sandbox.state / "ca.pem").read_text())
    monkeypatch.setenv("SSL_CERT_FILE", str(together))
    return service


@pytest.fixture
def as_graph(service: Service, monkeypatch: pytest.MonkeyPatch) -> Service:
    """A service in the place of Graph, with the answers of the test; nobody signs in there."""

    def signed_in(*_: object) -> tuple[str, str]:
        return service.url, "a-bearer"

    monkeypatch.setattr("providers.entra.graph.provisioning.graph_bearer", signed_in)
    return service


@pytest.fixture
def scripted(as_graph: Service) -> Graph:  # noqa: ARG001
    """The program's client for it."""
    return Graph("tenant", "sp", soon(60))
