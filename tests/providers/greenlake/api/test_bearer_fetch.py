from datetime import datetime, timedelta
from typing import Any

import pytest

from providers.errors import ApiError, UnexpectedAnswerError
from providers.greenlake.api.bearer import bearer
from providers.http import jwt
from providers.timestamps import now
from tests.providers.calling import CANARY, soon
from tests.providers.jwts import unsigned_jwt
from tests.providers.tls_service import Service, answer
from tests.sandbox.driver import World

CHECK = "check HPEGL_USER_ID, HPEGL_USER_SECRET, HPEGL_IAM_SERVICE_URL and HPEGL_IAM_VERSION"


def log_ins(world: World) -> list[tuple[str, str, int]]:
    return [(one["method"], one["path"], one["status"]) for one in world.requests() if one["service"] == "iam"]


def fetched(environ: dict[str, str], at: datetime | None = None) -> str:
    return bearer(environ, at or now(), soon(60))


def of(service: Service, **more: str) -> dict[str, str]:
    client = {"HPEGL_USER_ID": "a-client", "HPEGL_USER_SECRET": CANARY, "HPEGL_IAM_SERVICE_URL": service.url}
    return {**client, **more}


def test_an_api_client_of_glcs_gets_a_bearer_with_a_scope(here: World) -> None:
    claims = jwt.claims(fetched(here.environ())) or {}

    assert claims["workspace_id"] == here.about["workspace_id"]
    assert log_ins(here) == [("POST", "/iam/v1/token", 200)]


def test_an_api_client_of_glp_gets_a_bearer_at_the_address_itself(here: World) -> None:
    claims = jwt.claims(fetched({**here.environ(), "HPEGL_IAM_VERSION": "glp"})) or {}

    assert claims["workspace_id"] == here.about["workspace_id"]
    assert log_ins(here) == [("POST", "/iam", 200)]


@pytest.mark.parametrize(("version", "scope"), [("glcs", b"&scope=hpe-tenant"), ("glp", b"")])
def test_only_glcs_asks_for_a_scope(service: Service, version: str, scope: bytes) -> None:
    service.answers(answer(200, {"access_token": "opaque"}))

    fetched(of(service, HPEGL_IAM_VERSION=version))

    sent = f"client_id=a-client&client_secret={CANARY}&grant_type=client_credentials".encode()
    assert service.seen[0].body == sent + scope


def test_a_bearer_is_fetched_once_and_again_a_minute_before_it_ends(here: World) -> None:
    first, issued = fetched(here.environ()), now()

    assert fetched(here.environ(), issued + timedelta(minutes=13, seconds=50)) == first
    assert fetched(here.environ(), issued + timedelta(minutes=14, seconds=10)) != first
    assert len(log_ins(here)) == 2


@pytest.mark.parametrize(
    ("beside", "inside", "minutes"),
    [
        ({"expires_in": 600}, None, 10),
        ({"expires_in": "600"}, None, 15),
        ({}, None, 15),
        ({"expires_in": 300}, 10, 5),
        ({}, 5, 5),
    ],
)
def test_the_span_beside_a_bearer_counts_then_the_end_inside_and_15_minutes_without_either(
    service: Service, beside: dict[str, Any], inside: int | None, minutes: int
) -> None:
    begun = now()
    claims = {} if inside is None else {"exp": (begun + timedelta(minutes=inside)).timestamp()}
    service.answers(answer(200, {"access_token": unsigned_jwt(claims), **beside}))

    for after in (0, minutes - 1.2, minutes - 0.8):
        fetched(of(service), begun + timedelta(minutes=after))

    assert len(service.seen) == 2


def test_two_api_clients_have_a_bearer_each(here: World) -> None:
    other = here.sandbox.make_world(f"{here.name}-other")

    assert jwt.claims(fetched(here.environ())) != jwt.claims(fetched(other.environ()))
    assert len(log_ins(other)) == 1


def test_a_wrong_secret_names_the_settings_to_check(here: World) -> None:
    with pytest.raises(ApiError) as caught:
        fetched({**here.environ(), "HPEGL_USER_SECRET": CANARY})

    assert str(caught.value) == (
        f"GreenLake: trade the API client for a bearer was answered 401 invalid_client (client authentication failed): "
        f"{CHECK}"
    )


@pytest.mark.parametrize("status", [400, 401, 403, 404])
def test_any_refusal_that_a_setting_can_cause_names_the_settings_to_check(service: Service, status: int) -> None:
    service.answers(answer(status, {}))

    with pytest.raises(ApiError, match=f"was answered {status}: {CHECK}"):
        fetched(of(service))


@pytest.mark.parametrize(
    ("body", "names"),
    [
        ({"expires_in": 900, "a_token": CANARY}, "a_token, expires_in"),
        ({"access_token": ""}, "access_token"),
        ({"access_token": {"value": CANARY}}, "access_token"),
        ([CANARY], "none"),
    ],
)
def test_an_answer_without_a_bearer_names_the_fields_that_came(service: Service, body: Any, names: str) -> None:
    service.answers(answer(200, body))

    with pytest.raises(UnexpectedAnswerError) as caught:
        fetched(of(service))

    assert str(caught.value) == (
        f"GreenLake: trade the API client for a bearer: no access_token in the answer (fields: {names}): {CHECK}"
    )


def test_a_refused_log_in_is_not_remembered(here: World) -> None:
    here.fail({"service": "iam", "status": 403})

    with pytest.raises(ApiError, match="was answered 403 Fault"):
        fetched(here.environ())

    assert fetched(here.environ())


@pytest.mark.parametrize("seconds", ["NaN", "1e999", "1e30", "-1e30", "-5", "true"])
def test_a_life_that_no_bearer_can_have_is_not_reckoned_with(service: Service, seconds: str) -> None:
    service.answers(answer(200, f'{{"access_token": "opaque", "expires_in": {seconds}}}'.encode()))

    assert fetched(of(service)) == "opaque"


@pytest.mark.parametrize(("text", "token"), [(" opaque\n", "opaque"), ("Bearer opaque", "opaque")])
def test_a_bearer_is_taken_without_scheme_and_white_space(service: Service, text: str, token: str) -> None:
    service.answers(answer(200, {"access_token": text}))

    assert fetched(of(service)) == token


@pytest.mark.parametrize("text", ["two words", "opaqué", "a\nb"])
def test_a_bearer_that_no_header_can_carry_is_refused(service: Service, text: str) -> None:
    service.answers(answer(200, {"access_token": text}))

    with pytest.raises(UnexpectedAnswerError, match="no access_token in the answer"):
        fetched(of(service))
