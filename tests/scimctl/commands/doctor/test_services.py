"""Clocks and certificates are judged by how far off and how near their end they are."""

from datetime import timedelta

import pytest

from providers.http.hosts import Host, HostError
from providers.timestamps import from_text
from scimctl.commands.doctor.check import Verdict
from scimctl.commands.doctor.services import not_reached, reached

NOW = from_text("2026-11-24T12:00:00Z")


def host(*, days: float = 90, ahead: float | None = 0) -> Host:
    return Host("api.example", NOW + timedelta(days=days), ahead)


@pytest.mark.parametrize(
    ("ahead", "verdict", "says"),
    [
        (0, Verdict.OK, "agree"),
        (-119, Verdict.OK, "agree"),
        (121, Verdict.WARNING, "this clock is 2 min behind that of api.example"),
        (-301, Verdict.PROBLEM, "this clock is 5 min ahead of that of api.example"),
        (None, Verdict.UNKNOWN, "does not report the time"),
    ],
)
def test_a_clock_may_be_two_minutes_off(ahead: float | None, verdict: Verdict, says: str) -> None:
    _, clock = reached("graph", host(ahead=ahead), NOW)

    assert (clock.id, clock.verdict) == ("clock.graph", verdict)
    assert says in clock.says


@pytest.mark.parametrize(("days", "verdict"), [(8, Verdict.OK), (6, Verdict.WARNING)])
def test_a_certificate_near_its_end_is_warned_of(days: int, verdict: Verdict) -> None:
    tls, _ = reached("greenlake", host(days=days), NOW)

    assert (tls.id, tls.verdict) == ("tls.greenlake", verdict)
    assert f"lasts {days} days" in tls.says


def test_a_service_that_is_not_reached_is_a_problem_and_its_clock_unknown() -> None:
    tls, clock = not_reached("graph", HostError("it is not reached (Connection refused)"))

    assert (tls.verdict, clock.verdict) == (Verdict.PROBLEM, Verdict.UNKNOWN)
    assert "SSL_CERT_FILE" in tls.todo


def test_what_a_proxy_hides_is_unknown() -> None:
    found = not_reached("graph", HostError("calls go through a proxy", proxied=True))

    assert {each.verdict for each in found} == {Verdict.UNKNOWN}
