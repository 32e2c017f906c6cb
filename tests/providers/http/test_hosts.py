"""A service is looked at from outside: certificate and clock, or why not."""

import socket
from datetime import timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest

from providers.http.hosts import HostError, look
from providers.timestamps import now
from tests.providers.tls_service import Service, answer, reset
from tests.sandbox.driver import World


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTPS_PROXY", "https_proxy", "NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize("ahead", [-600, 0, 600])
def test_its_clock_is_compared_with_ours(service: Service, ahead: int) -> None:
    service.answers(answer(405, Date=format_datetime(now() + timedelta(seconds=ahead), usegmt=True)))

    seen = look(f"{service.url}/deep/path")

    assert seen.ahead == pytest.approx(ahead, abs=3)
    assert seen.name == service.url.removeprefix("https://")
    assert seen.ends > now()
    assert service.seen[0].method == "HEAD"
    assert "authorization" not in service.seen[0].headers


@pytest.mark.parametrize("step", [answer(200, Date=""), reset])
def test_a_service_without_the_time_is_reached_all_the_same(service: Service, step: object) -> None:
    service.answers(step)  # pyright: ignore[reportArgumentType] - parametrized

    assert look(service.url).ahead is None


@pytest.mark.parametrize("folder", ["", "an empty one"])
def test_a_certificate_that_nobody_vouches_for_is_reported(
    service: Service, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, folder: str
) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")
    monkeypatch.setenv("SSL_CERT_DIR", str(tmp_path) if folder else "")

    with pytest.raises(HostError, match="its certificate is not trusted"):
        look(service.url)


def test_a_port_at_which_nobody_answers_is_reported() -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        with pytest.raises(HostError, match="it is not reached") as caught:
            look(f"https://127.0.0.1:{closed.getsockname()[1]}")
    assert not caught.value.proxied


def test_behind_a_proxy_nothing_is_looked_at(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:1")

    with pytest.raises(HostError) as caught:
        look(service.url)
    assert caught.value.proxied
    assert service.seen == []

    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    service.answers(answer(200))
    assert look(service.url).ends


def test_both_services_of_the_sandbox_are_reached(here: World) -> None:
    assert look(here.sandbox.entra).ahead == pytest.approx(0, abs=3)
    assert look(here.sandbox.greenlake).ahead == pytest.approx(0, abs=3)


def test_certificates_that_cannot_be_read_are_reported(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", "/nowhere/ca.pem")

    with pytest.raises(HostError, match=r"SSL_CERT_FILE cannot be read \(No such file"):
        look(service.url)
