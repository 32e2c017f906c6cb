import json

import pytest

from sandbox.core import jwt
from tests.sandbox.driver import Sandbox, World
from tests.sandbox.greenlake.workspace import PROXY_TOKEN, Workspace

ROTATE = f"{PROXY_TOKEN}/rotate"


def test_a_workspace_has_one_create(workspace: Workspace) -> None:
    token = workspace.create()
    assert len(token) >= 40
    assert workspace.call("POST", PROXY_TOKEN, workspace.bearer()).status_code == 409
    assert workspace.accepts(token)


@pytest.mark.parametrize(("setting", "lives_on"), [("adds", True), ("replaces", False)])
def test_a_second_create_makes_a_second_token_if_the_setting_asks_for_it(
    workspace: Workspace, world: World, setting: str, lives_on: bool
) -> None:
    world.set(second_create=setting)
    first, second = workspace.create(), workspace.create()
    assert workspace.accepts(first) is lives_on
    assert workspace.accepts(second)
    assert not workspace.accepts(first)


def test_create_answers_with_the_status_of_the_setting(workspace: Workspace, world: World) -> None:
    world.set(create_status=200)
    assert workspace.call("POST", PROXY_TOKEN, workspace.bearer()).status_code == 200


def test_the_old_token_ends_by_the_first_use_of_the_new_one(workspace: Workspace) -> None:
    old = workspace.create()
    new = workspace.rotate()
    assert workspace.accepts(old)
    assert workspace.accepts(new)
    assert not workspace.accepts(old)


@pytest.mark.parametrize("spelling", ["remove-current", "remove_current"])
def test_remove_current_is_read_under_both_spellings(workspace: Workspace, spelling: str) -> None:
    old = workspace.create()
    answer = workspace.call("POST", ROTATE, workspace.bearer(), query={spelling: "true"})
    assert answer.status_code == 200
    assert not workspace.accepts(old)


def test_a_flag_that_is_neither_true_nor_false_is_refused_and_changes_nothing(workspace: Workspace) -> None:
    old = workspace.create()
    for query in ({"remove-current": "yes"}, {"remove-current": "true", "remove_current": "false"}):
        assert workspace.call("POST", ROTATE, workspace.bearer(), query=query).status_code == 400
    assert workspace.accepts(old)


def test_there_is_nothing_to_rotate_before_a_create(workspace: Workspace) -> None:
    assert workspace.call("POST", ROTATE, workspace.bearer()).status_code == 404


def test_a_delete_ends_the_token_and_the_next_finds_none(workspace: Workspace) -> None:
    token = workspace.create()
    assert workspace.call("DELETE", PROXY_TOKEN, workspace.bearer()).status_code == 204
    assert not workspace.accepts(token)
    assert workspace.call("DELETE", PROXY_TOKEN, workspace.bearer()).status_code == 404


@pytest.mark.parametrize(("setting", "status"), [("refused", 405), ("absent", 404)])
def test_a_service_without_a_delete_leaves_the_token_alive(
    workspace: Workspace, world: World, setting: str, status: int
) -> None:
    world.set(delete=setting)
    token = workspace.create()
    assert workspace.call("DELETE", PROXY_TOKEN, workspace.bearer()).status_code == status
    assert workspace.accepts(token)


def test_a_bearer_without_the_role_gets_the_name_of_the_role(workspace: Workspace, world: World) -> None:
    world.set(scim_proxy_role=False)
    answer = workspace.call("POST", PROXY_TOKEN, workspace.bearer())
    assert answer.status_code == 403
    assert "SCIM Proxy Token Contributor" in answer.text


def test_only_a_bearer_of_the_log_in_opens_the_api(workspace: Workspace, world: World) -> None:
    world.set(token_shape="jwt")
    forged = jwt.encode(jwt.peek(workspace.bearer()), b"another key")
    proxy = workspace.create()
    for bearer in ("", "malformed", forged, proxy, world.sign_in()):
        assert workspace.call("POST", ROTATE, bearer).status_code == 401


def test_a_workspace_does_not_know_the_tokens_of_another(sandbox: Sandbox, workspace: Workspace) -> None:
    other = Workspace(sandbox.make_world("other-workspace"))
    token = other.create()
    assert workspace.call("POST", ROTATE, workspace.bearer()).status_code == 404
    assert other.accepts(token)
    other.world.control("DELETE")
    assert not other.accepts(token)


def test_a_token_expires(workspace: Workspace, world: World) -> None:
    world.set(token_lifetime_s=3600)
    token = workspace.create()
    world.control("POST", "/clock", {"advance_s": 3601})
    assert not workspace.accepts(token)


def test_the_snapshot_reports_the_tokens_story_without_a_token(workspace: Workspace, world: World) -> None:
    old = workspace.create()
    workspace.accepts(old)
    new = workspace.rotate("true")
    snapshot = world.control("GET")
    told = [(token["generation"], token["used"], token["live"]) for token in snapshot["tokens"]]
    assert told == [(1, True, False), (2, False, True)]
    assert old not in json.dumps(snapshot)
    assert new not in json.dumps(snapshot)


def test_no_token_is_in_the_store(workspace: Workspace, sandbox: Sandbox) -> None:
    token = workspace.create()
    for file in sandbox.state.glob("sandbox.sqlite*"):
        assert token.encode() not in file.read_bytes()


def test_a_jwt_reports_its_expiry_and_nothing_else_does(workspace: Workspace, world: World) -> None:
    world.set(token_shape="jwt", token_lifetime_s=1000)
    answer = workspace.call("POST", PROXY_TOKEN, workspace.bearer())
    claims = jwt.peek(answer.json()["token"])
    assert list(answer.json()) == ["token"]
    assert claims["exp"] - claims["iat"] == 1000
    assert workspace.accepts(answer.json()["token"])


def test_a_bare_text_is_answered_as_text(workspace: Workspace, world: World) -> None:
    world.set(token_shape="text")
    answer = workspace.call("POST", PROXY_TOKEN, workspace.bearer())
    assert answer.headers["content-type"].startswith("text/plain")
    assert workspace.accepts(answer.text)
