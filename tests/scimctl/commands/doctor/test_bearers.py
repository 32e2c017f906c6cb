"""A bearer shows its age and how long it lasts, and is never printed."""

from datetime import timedelta

import pytest

from providers.greenlake.api.role import Role
from providers.timestamps import from_text
from scimctl.commands.doctor.check import Verdict
from scimctl.commands.doctor.services import of_greenlake, of_role, source
from tests.providers.jwts import unsigned_jwt

NOW = from_text("2026-11-24T12:00:00Z")


def issued(minutes_ago: float, lives: float = 15) -> str:
    began = NOW - timedelta(minutes=minutes_ago)
    return unsigned_jwt({"iat": began.timestamp(), "exp": (began + timedelta(minutes=lives)).timestamp()})


@pytest.mark.parametrize(("minutes_ago", "verdict"), [(0, Verdict.OK), (11, Verdict.OK), (13, Verdict.WARNING)])
def test_a_copied_bearer_must_outlast_a_run(minutes_ago: int, verdict: Verdict) -> None:
    token = issued(minutes_ago)
    found = of_greenlake("BEARER_TOKEN", token, NOW)

    assert found.verdict is verdict
    assert f"lasts {15 - minutes_ago} min" in found.says
    assert token not in f"{found}"


def test_its_age_is_shown_if_it_holds_when_it_was_issued() -> None:
    assert "issued 4 min ago" in of_greenlake("HPEGL_IAM_TOKEN", issued(4), NOW).says
    without = unsigned_jwt({"exp": (NOW + timedelta(minutes=9)).timestamp()})
    assert of_greenlake("HPEGL_IAM_TOKEN", without, NOW).says == "HPEGL_IAM_TOKEN lasts 9 min"


def test_a_bearer_of_the_future_has_no_age() -> None:
    assert "issued" not in of_greenlake("HPEGL_IAM_TOKEN", issued(-1), NOW).says


def test_an_opaque_bearer_shows_nothing() -> None:
    assert of_greenlake("BEARER_TOKEN", "opaque", NOW).verdict is Verdict.UNKNOWN


def test_an_api_client_always_has_a_fresh_one() -> None:
    assert of_greenlake("", issued(14), NOW).verdict is Verdict.OK


def test_the_first_variable_that_is_set_is_named() -> None:
    assert source({"BEARER_TOKEN": "x", "HPEGL_IAM_TOKEN": "y"}) == "HPEGL_IAM_TOKEN"
    assert source({"BEARER_TOKEN": "x", "HPEGL_IAM_TOKEN": ""}) == "BEARER_TOKEN"
    assert source({"HPEGL_USER_ID": "x"}) == ""


@pytest.mark.parametrize(
    ("role", "verdict", "todo"),
    [
        (Role.HELD, Verdict.OK, ""),
        (Role.MISSING, Verdict.PROBLEM, 'assign role "SCIM Proxy Token Contributor", space "All Resources"'),
        (Role.BEARER_REFUSED, Verdict.PROBLEM, "it must be of this workspace"),
        (Role.UNTOLD, Verdict.UNKNOWN, "see that its user or API client has role"),
    ],
)
def test_what_an_answer_shows_of_the_role(role: Role, verdict: Verdict, todo: str) -> None:
    found = of_role(role)

    assert found.verdict is verdict
    assert found.todo.startswith(todo)
