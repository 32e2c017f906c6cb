"""How each thing that the doctor looks at is judged: the verdict, and words of what is found or of what to do."""

import socket
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from providers.greenlake.api.role import Role
from providers.http.hosts import Host, HostError
from providers.state.schema import TOKEN
from providers.timestamps import from_text
from scimctl.commands.doctor.check import Check, Verdict
from scimctl.commands.doctor.machine import of_locks, of_pending
from scimctl.commands.doctor.services import not_reached, of_greenlake, of_role, of_state, reached, source
from scimctl.engine.backend import Lock
from tests.providers.jwts import unsigned_jwt

OK, WARNING, PROBLEM, UNKNOWN = Verdict
NOW = from_text("2026-11-02T00:00:00Z")
NO_PROCESS = 1 << 22
OUTS = TOKEN.upgraded(
    {
        "fingerprint": "f1f1f1f1f1f1",
        "state": "accepted",
        "issued_at": "2026-11-01T00:00:00Z",
        "expires_at": "2027-01-30T00:00:00Z",
        "rotate_after": "2026-12-31T00:00:00Z",
        "rotated_for": {},
        "rotate_when_changed": {},
        "remove_current": False,
        "every": "60d",
        "renew_before": "",
    }
)
BEGUN = {"type": "creating", "resource": {"urn": "urn:pulumi:prod::greenlake-scim::greenlake:ScimProxyToken::token"}}
OTHER_MACHINE = "process 42 of ci on runner-1; nothing is known here of that machine; wait until that run has ended; if"


def bearer(minutes_ago: float, name: str = "BEARER_TOKEN") -> Check:
    began = NOW - timedelta(minutes=minutes_ago)
    claims = {"iat": began.timestamp(), "exp": (began + timedelta(minutes=15)).timestamp()}
    return of_greenlake(name, unsigned_jwt(claims), NOW)


def clock(ahead: float | None) -> Check:
    return reached("graph", Host("api.example", NOW + timedelta(days=90), ahead), NOW)[1]


def certificate(days: float) -> Check:
    return reached("graph", Host("api.example", NOW + timedelta(days=days), 0), NOW)[0]


def token(number: int = 0, **changes: Any) -> Check:
    return of_state({**OUTS, **changes}, NOW)[number]


def lock(minutes: float, pid: int = 42, host: str = "runner-1") -> Check:
    return of_locks([Lock(Path("one.json"), pid, "ci", host, NOW - timedelta(minutes=minutes))], NOW)


CHECKS = {
    "a copied bearer outlasts a run": (bearer(0), OK, "lasts 15 min"),
    "a copied bearer just outlasts a run": (bearer(11), OK, "lasts 4 min"),
    "a copied bearer must outlast a run": (bearer(13), WARNING, "lasts 2 min"),
    "its age is shown if it holds when it was issued": (bearer(4, "HPEGL_IAM_TOKEN"), OK, "TOKEN, issued 4 min ago,"),
    "an opaque bearer shows nothing": (of_greenlake("BEARER_TOKEN", "opaque", NOW), UNKNOWN, "BEARER_TOKEN does not"),
    "an API client always has a fresh one": (bearer(14, ""), OK, "fetches one for each call"),
    "the role is held": (of_role(Role.HELD), OK, ""),
    "the role is missing": (of_role(Role.MISSING), PROBLEM, 'assign role "SCIM Proxy Token Contributor", space "All'),
    "the bearer is refused": (of_role(Role.BEARER_REFUSED), PROBLEM, "it must be of this workspace"),
    "the role does not show": (of_role(Role.UNKNOWN), UNKNOWN, "see that its user or API client has role"),
    "a clock is right": (clock(0), OK, "agree"),
    "a clock may be two minutes off": (clock(-119), OK, "agree"),
    "a clock is behind": (clock(121), WARNING, "this clock is 2 min behind that of api.example"),
    "a clock is ahead": (clock(-301), PROBLEM, "this clock is 5 min ahead of that of api.example"),
    "a service does not report the time": (clock(None), UNKNOWN, "does not report the time"),
    "a certificate lasts": (certificate(8), OK, "lasts 8 days"),
    "a certificate near its end is warned of": (certificate(6), WARNING, "lasts 6 days"),
    "a service is not reached": (not_reached("graph", HostError("it is away"))[0], PROBLEM, "SSL_CERT_FILE"),
    "the clock of a service that is not reached": (not_reached("graph", HostError("away"))[1], UNKNOWN, "not reached"),
    "a proxy hides the certificate": (not_reached("graph", HostError("p", proxied=True))[0], UNKNOWN, "not looked at"),
    "a proxy hides the clock": (not_reached("graph", HostError("p", proxied=True))[1], UNKNOWN, "not looked at"),
    "a token that is not due": (token(), OK, "rotates in"),
    "a rotation that is due": (token(rotate_after="2026-11-01T12:00:00Z"), WARNING, "run `pulumi up`, which does it"),
    "an unknown life under a long interval": (
        token(1, expires_at=""),
        WARNING,
        "set token.every to 30d or less, or greenlake.expiryField if the answer does have the end",
    ),
    "a rotation that could not be read": (
        token(1, unknown_newer_since="2026-11-01T00:00:00Z"),
        WARNING,
        "set greenlake.tokenField to the field of the token, then run `scimctl token rotate`",
    ),
    "a young lock of another machine may be of a run at work": (lock(5), WARNING, OTHER_MACHINE),
    "an old lock of another machine was left by a killed run": (lock(61), PROBLEM, OTHER_MACHINE),
    "a run of this machine that has ended left its lock at once": (
        lock(0.1, NO_PROCESS, socket.gethostname()),
        PROBLEM,
        "; it has ended; run `scimctl recover`",
    ),
    "there is no lock": (of_locks([], NOW), OK, "no run holds a lock"),
    "the backend shows no lock": (of_locks(None, NOW), UNKNOWN, "the backend does not show"),
    "an operation whose end nobody wrote down": (of_pending([BEGUN]), PROBLEM, "or is at work: creating token"),
}


@pytest.mark.parametrize(("check", "verdict", "words"), CHECKS.values(), ids=list(CHECKS))
def test_each_thing_that_is_looked_at_is_judged(check: Check, verdict: Verdict, words: str) -> None:
    assert check.verdict is verdict
    assert words in f"{check.says}; {check.todo}"


def test_only_what_is_to_be_done_about_the_token_is_listed() -> None:
    assert [len(of_state({**OUTS, **each}, NOW)) for each in ({}, {"expires_at": ""})] == [1, 2]
    assert len(of_state({**OUTS, "expires_at": "", "every": "30d"}, NOW)) == 1


def test_a_run_at_work_on_this_machine_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Lock, "owner_lives", True)
    check = lock(120, host=socket.gethostname())

    assert (check.verdict, check.todo) == (WARNING, "wait until that run has ended")
    assert check.says.endswith("; it is at work")


def test_a_bearer_without_its_begin_or_of_the_future_has_no_age_and_no_bearer_is_shown() -> None:
    without = unsigned_jwt({"exp": (NOW + timedelta(minutes=9)).timestamp()})

    assert of_greenlake("HPEGL_IAM_TOKEN", without, NOW).says == "HPEGL_IAM_TOKEN lasts 9 min"
    assert "issued" not in bearer(-1).says
    assert without not in f"{of_greenlake('BEARER_TOKEN', without, NOW)}"


def test_the_first_variable_that_is_set_is_named() -> None:
    assert source({"BEARER_TOKEN": "x", "HPEGL_IAM_TOKEN": "y"}) == "HPEGL_IAM_TOKEN"
    assert source({"BEARER_TOKEN": "x", "HPEGL_IAM_TOKEN": ""}) == "BEARER_TOKEN"
    assert source({"HPEGL_USER_ID": "x"}) == ""
