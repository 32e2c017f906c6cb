"""Workspaces as the end-to-end tests have them, and a service of anybody that takes what is sent to it."""

from collections.abc import Iterator

import pytest

from tests.e2e.conftest import deployed, make, up
from tests.providers.tls_service import Service, answer, authority, serving

__all__ = ["deployed", "make", "up"]


@pytest.fixture
def hook(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Iterator[Service]:
    """A service that every client here trusts, and whose address gets the messages."""
    certificate, trusted = authority(tmp_path_factory.mktemp("hook"))
    for name in ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE"):
        monkeypatch.setenv(name, str(trusted))
    with serving(certificate) as service:
        service.answers(answer(202))
        monkeypatch.setenv("APPRISE_URLS", webhook(service))
        yield service


def webhook(service: Service) -> str:
    """Return its address as `scimctl notify` takes it."""
    return service.url.replace("https://", "jsons://")
