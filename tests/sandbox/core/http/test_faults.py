"""Faults on demand: each does what it describes, as often and to whom it describes."""

import threading
import time
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from tests.sandbox.driver import PATIENCE_S, World
from tests.sandbox.provisioning.application import wait_until

_GROUP = {"displayName": "Spoilt", "mailEnabled": False, "mailNickname": "spoilt", "securityEnabled": True}


def _set(world: World, **fault: Any) -> None:
    world.control("PUT", "/faults", [{"service": "graph", **fault}])


def _spoilt(admin: httpx.Client) -> int:
    """Count the groups that the spoilt calls made."""
    return len(admin.get("groups", params={"$filter": "displayName eq 'Spoilt'"}).json()["value"])


def test_a_status_comes_with_its_headers_and_body_and_only_so_often(world: World, graph: httpx.Client) -> None:
    _set(world, status=429, headers={"Retry-After": "7"}, body='{"a": 1}', times=2)
    answers = [graph.get("groups") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [429, 429, 200]
    assert answers[0].headers["retry-after"] == "7"
    assert answers[0].json() == {"a": 1}


def test_skipped_requests_are_let_through_first(world: World, graph: httpx.Client) -> None:
    _set(world, skip=2)
    assert [graph.get("groups").status_code for _ in range(4)] == [200, 200, 503, 200]


def test_a_fault_spares_other_services_methods_and_paths(world: World, graph: httpx.Client) -> None:
    for fault in ({"service": "scim"}, {"method": "POST"}, {"path": "/users$"}):
        _set(world, **fault)
        assert graph.get("groups").status_code == 200
        assert world.control("GET", "/faults")[0]["times"] == 1


def test_a_fault_of_one_world_spares_the_others(world: World) -> None:
    other = world.sandbox.make_world("spared")
    _set(world)
    with other.graph() as graph:
        assert graph.get("groups").status_code == 200


def test_before_means_that_nothing_was_done(world: World, admin: httpx.Client) -> None:
    _set(world, method="POST", when="before")
    assert admin.post("groups", json=_GROUP).status_code == 503
    assert _spoilt(admin) == 0


def test_after_means_that_it_was_done_and_the_answer_was_lost(world: World, admin: httpx.Client) -> None:
    _set(world, method="POST", when="after")
    assert admin.post("groups", json=_GROUP).status_code == 503
    assert _spoilt(admin) == 1


@pytest.mark.parametrize(("when", "made"), [("before", 0), ("after", 1)])
def test_a_reset_ends_the_connection_without_an_answer(world: World, admin: httpx.Client, when: str, made: int) -> None:
    _set(world, method="POST", when=when, action="reset")
    with pytest.raises((httpx.ReadError, httpx.RemoteProtocolError)):
        admin.post("groups", json=_GROUP)
    assert _spoilt(admin) == made


@pytest.mark.parametrize(("when", "made"), [("before", 0), ("after", 1)])
def test_a_truncated_answer_ends_before_its_announced_length(
    world: World, admin: httpx.Client, when: str, made: int
) -> None:
    _set(world, method="POST", when=when, action="truncate")
    with pytest.raises((httpx.ReadError, httpx.RemoteProtocolError)):
        admin.post("groups", json=_GROUP)
    assert _spoilt(admin) == made


def test_an_empty_answer_is_a_success_without_a_body(world: World, graph: httpx.Client) -> None:
    _set(world, action="empty")
    answer = graph.get("groups")
    assert (answer.status_code, answer.content) == (200, b"")


def test_html_comes_instead_of_json(world: World, graph: httpx.Client) -> None:
    _set(world, action="html")
    answer = graph.get("groups")
    assert answer.headers["content-type"].startswith("text/html")
    assert answer.text.startswith("<!DOCTYPE html>")


def test_a_redirect_leads_to_its_location(world: World, graph: httpx.Client) -> None:
    _set(world, action="redirect", headers={"location": "https://127.0.0.1:1/elsewhere"})
    answer = graph.get("groups")
    assert (answer.status_code, answer.headers["location"]) == (307, "https://127.0.0.1:1/elsewhere")


def test_a_delayed_answer_is_the_real_one(world: World, graph: httpx.Client) -> None:
    for when in ("before", "after"):
        _set(world, action="delay", delay_s=0.3, when=when)
        began = time.monotonic()
        assert graph.get("groups").json()["value"]
        assert time.monotonic() - began >= 0.3


@pytest.mark.parametrize(
    "fault",
    [
        {"no_such": 1},
        {"action": "explode"},
        {"client": "me"},
        {"times": "1"},
        {"path": "("},
        {"when": "never"},
        "reset",
    ],
)
def test_a_fault_that_makes_no_sense_is_refused(world: World, fault: object) -> None:
    assert world.sandbox.control("PUT", f"/worlds/{world.name}/faults", [fault]).status_code == 400


def test_faults_can_meet_the_metadata_document_which_belongs_to_no_world(world: World) -> None:
    sandbox = world.sandbox
    sandbox.control("PUT", "/worlds/-/faults", [{"service": "metadata", "status": 500}])
    statuses = [sandbox.http.get(f"{sandbox.entra}/metadata/endpoints").status_code for _ in range(2)]
    assert statuses == [500, 200]


def _held(world: World, send: Callable[[], object]) -> threading.Thread:
    """Send a request that is held, and return when it has come."""
    sending = threading.Thread(target=send)
    sending.start()
    wait_until(lambda: world.control("GET", "/faults")[0]["times"] == 0)
    return sending


@pytest.mark.parametrize(("when", "made"), [("before", 0), ("after", 1)])
def test_a_held_request_goes_on_when_the_faults_are_replaced(
    world: World, admin: httpx.Client, when: str, made: int
) -> None:
    _set(world, method="POST", when=when, action="hold")
    answers: list[int] = []
    sending = _held(world, lambda: answers.append(admin.post("groups", json=_GROUP).status_code))
    with world.graph("admin_client") as other:
        assert _spoilt(other) == made
        assert answers == []
        world.control("PUT", "/faults", [])
        sending.join()
        assert answers == [201]
        assert _spoilt(other) == 1


@pytest.mark.parametrize(("when", "made"), [("before", 0), ("after", 1)])
def test_nothing_more_is_done_for_a_held_request_whose_client_goes_away(
    world: World, admin: httpx.Client, when: str, made: int
) -> None:
    def give_up() -> None:
        with pytest.raises(httpx.ReadTimeout):
            admin.post("groups", json=_GROUP, timeout=httpx.Timeout(PATIENCE_S, read=2))

    def noted() -> bool:
        return any(each["method"] == "POST" and each["path"].endswith("groups") for each in world.requests())

    _set(world, method="POST", when=when, action="hold")
    _held(world, give_up).join()
    wait_until(noted)
    world.control("PUT", "/faults", [])
    with world.graph("admin_client") as other:
        assert _spoilt(other) == made
    assert [each["status"] for each in world.requests() if each["path"].endswith("groups")][:1] == [0]


@pytest.mark.parametrize(("client", "spared"), [("program", False), ("engine", True), ("", False)])
def test_a_fault_spares_the_requests_of_other_clients(
    world: World, graph: httpx.Client, client: str, *, spared: bool
) -> None:
    _set(world, client=client)
    assert (graph.get("groups").status_code == 200) is spared
