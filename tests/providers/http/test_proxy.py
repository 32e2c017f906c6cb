"""A proxy between this machine and a service."""

import contextlib
import socket
import threading
from collections.abc import Callable

import pytest

from providers.errors import ConfigurationError, UnreachableError
from tests.providers.calling import answered, refused
from tests.providers.tls_service import Service

pytestmark = pytest.mark.usefixtures("no_backoff")


@pytest.fixture
def proxied(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Set the proxy for every address."""

    def use(address: str) -> None:
        monkeypatch.setenv("HTTPS_PROXY", address)
        for name in ("NO_PROXY", "no_proxy", "https_proxy"):
            monkeypatch.delenv(name, raising=False)

    return use


def test_a_proxy_that_refuses_has_sent_nothing_to_the_service(service: Service, proxied: Callable[[str], None]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as proxy:
        proxied(f"http://127.0.0.1:{proxy.getsockname()[1]}")

        def refuse() -> None:
            while proxy.fileno() != -1:
                with contextlib.suppress(OSError), proxy.accept()[0] as connection:
                    connection.recv(4096)
                    connection.sendall(b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n")

        threading.Thread(target=refuse, daemon=True).start()
        error = refused(service, repeatable=False)

    assert isinstance(error, UnreachableError)
    assert (error.sent, service.connections) == (False, 0)
    assert str(error).endswith("(407 Proxy Authentication Required): check the proxy (HTTPS_PROXY), then run again")


@pytest.mark.parametrize("address", ["socks5://127.0.0.1:9", "gopher://127.0.0.1:9", "http://[::1"])
def test_a_proxy_that_no_client_understands_is_a_setting_to_check(
    service: Service, proxied: Callable[[str], None], address: str
) -> None:
    proxied(address)

    with pytest.raises(ConfigurationError, match=r"^the proxy in HTTPS_PROXY or ALL_PROXY"):
        answered(service)
