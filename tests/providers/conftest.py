"""Services are real, and on 127.0.0.1."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import tenacity
import trustme

from tests.providers import processes
from tests.providers.tls_service import Service, authority, serving
from tests.sandbox.driver import World


@pytest.fixture(scope="session")
def trust(tmp_path_factory: pytest.TempPathFactory) -> tuple[trustme.LeafCert, Path]:
    """A certificate for 127.0.0.1, and the file that makes it trusted."""
    return authority(tmp_path_factory.mktemp("trust"))


@pytest.fixture
def service(trust: tuple[trustme.LeafCert, Path], monkeypatch: pytest.MonkeyPatch) -> Iterator[Service]:
    """A service with the answers of the test, which the clients trust."""
    certificate, trusted = trust
    monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
    with serving(certificate) as started:
        yield started


@pytest.fixture
def no_backoff(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let attempts follow each other at once if the service sends no Retry-After."""
    monkeypatch.setattr("providers.http.transport._backoff", tenacity.wait_fixed(0.01))


@pytest.fixture
def quick_probes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the second look of a probe come at once."""
    monkeypatch.setattr("providers.scim.probing.REPEATED_AFTER_SECONDS", 0.01)


@pytest.fixture
def here(world: World, monkeypatch: pytest.MonkeyPatch) -> World:
    """A world of the sandbox at which everything in this process points, as if the process had just begun."""
    processes.begin()
    for name, value in world.environ().items():
        monkeypatch.setenv(name, value)
    return world


@pytest.fixture
def in_tokyo(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A machine whose clock shows the time of Tokyo."""
    with monkeypatch.context() as patch:
        patch.setenv("TZ", "Asia/Tokyo")
        time.tzset()
        yield
    time.tzset()
