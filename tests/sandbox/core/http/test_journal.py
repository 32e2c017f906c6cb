"""The request log: what a test may count on."""

import json
import re
from datetime import datetime, timedelta, timezone

import httpx

from tests.sandbox.driver import Sandbox, World


def test_a_request_is_logged_with_its_service_path_query_and_status(world: World, graph: httpx.Client) -> None:
    graph.get("groups", params={"$filter": "displayName eq 'Nobody'"})
    last = world.requests()[-1]
    assert (last["service"], last["method"], last["path"], last["status"]) == ("graph", "GET", "/v1.0/groups", 200)
    assert "Nobody" in last["query"]
    assert last["client"] == ""


def test_sign_ins_are_distinguished_from_other_calls(world: World) -> None:
    world.sign_in()
    assert [entry["service"] for entry in world.requests()] == ["login"]


def test_since_gives_only_what_came_later(world: World, graph: httpx.Client) -> None:
    last = world.control("GET", "/requests")["last"]
    graph.get("groups/nobody")
    later = world.control("GET", f"/requests?since={last}")
    assert [entry["status"] for entry in later["requests"]] == [404]
    assert later["last"] > last


def test_clearing_the_log_keeps_the_numbers_going(world: World, graph: httpx.Client) -> None:
    last = world.control("GET", "/requests")["last"]
    world.control("DELETE", "/requests")
    assert world.requests() == []
    graph.get("groups")
    assert world.requests()[0]["seq"] > last


def test_a_request_of_no_known_world_is_under_the_dash(sandbox: Sandbox) -> None:
    last = sandbox.control("GET", "/worlds/-/requests").json()["last"]
    sandbox.http.get(f"{sandbox.entra}/metadata/endpoints")
    entries = sandbox.control("GET", f"/worlds/-/requests?since={last}").json()["requests"]
    assert [entry["service"] for entry in entries] == ["metadata"]


def test_the_log_never_holds_a_secret_or_a_bearer(world: World) -> None:
    token = world.sign_in()
    with world.graph() as graph:
        graph.get("groups")
    logged = world.sandbox.control("GET", f"/worlds/{world.name}/requests").text
    assert token not in logged
    assert world.about["client_secret"] not in logged


def test_calls_of_the_control_api_are_not_logged(world: World) -> None:
    world.control("GET")
    assert world.requests() == []


def test_a_push_is_logged_with_the_fingerprint_of_its_token_and_never_the_token(world: World) -> None:
    token = world.new_proxy_token()
    address = f"{world.sandbox.greenlake}/v1alpha1/scimproxy/Users"
    world.sandbox.http.get(address, headers={"Authorization": f"Bearer {token}"}).raise_for_status()
    last = world.requests()[-1]
    assert last["token"] == world.control("GET")["tokens"][0]["fingerprint"]
    assert token not in json.dumps(world.requests())


def test_only_a_push_has_a_token(world: World, graph: httpx.Client) -> None:
    graph.get("groups")
    world.new_proxy_token()
    assert {entry["token"] for entry in world.requests()} == {""}


def test_a_request_is_logged_with_the_millisecond_at_which_it_came(world: World) -> None:
    before = datetime.now(timezone.utc) - timedelta(milliseconds=1)
    world.sign_in()
    came = world.requests()[-1]["at"]
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", came)
    assert before <= datetime.fromisoformat(came.replace("Z", "+00:00")) <= datetime.now(timezone.utc)
