import pytest

from sandbox.core import jwt
from tests.sandbox.driver import World
from tests.sandbox.greenlake.workspace import PROXY_TOKEN, Workspace


def test_an_api_client_gets_a_bearer_of_fifteen_minutes(workspace: Workspace) -> None:
    answer = workspace.log_in()
    claims = jwt.peek(answer.json()["access_token"])
    assert answer.json()["expires_in"] == 900
    assert claims["exp"] - claims["iat"] == 900
    assert answer.json()["scope"] == "hpe-tenant"
    assert answer.headers["cache-control"] == "no-store"


def test_the_platforms_log_in_wants_no_scope(workspace: Workspace) -> None:
    answer = workspace.log_in("/iam", {"scope": None})
    assert workspace.call("POST", PROXY_TOKEN, answer.json()["access_token"]).status_code == 201


def test_the_client_may_use_http_basic(world: World) -> None:
    about = world.about
    answer = world.sandbox.http.post(
        f"{world.sandbox.greenlake}/iam/v1/token",
        data={"grant_type": "client_credentials", "scope": "hpe-tenant"},
        auth=(about["iam_client_id"], about["iam_client_secret"]),
    )
    assert answer.status_code == 200


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"client_secret": "wrong"}, 401, "invalid_client"),
        ({"client_id": "nobody"}, 401, "invalid_client"),
        ({"client_id": None}, 400, "invalid_request"),
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
        ({"scope": "other"}, 400, "invalid_scope"),
    ],
)
def test_a_log_in_is_refused_as_an_oauth_server_does(
    workspace: Workspace, changes: dict[str, str | None], status: int, code: str
) -> None:
    answer = workspace.log_in(changes=changes)
    assert (answer.status_code, answer.json()["error"]) == (status, code)


def test_entras_client_is_not_an_api_client_of_greenlake(workspace: Workspace, world: World) -> None:
    about = world.about
    answer = workspace.log_in(changes={"client_id": about["client_id"], "client_secret": about["client_secret"]})
    assert answer.status_code == 401


def test_a_bearer_lives_as_long_as_the_setting_asks(workspace: Workspace, world: World) -> None:
    world.set(bearer_lifetime_s=60)
    bearer = workspace.bearer()
    world.control("POST", "/clock", {"advance_s": 61})
    answer = workspace.call("POST", PROXY_TOKEN, bearer)
    assert (answer.status_code, answer.json()["message"]) == (401, "the bearer token has expired")
