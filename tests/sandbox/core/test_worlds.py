"""Worlds: apart from each other, the same after a reset, steered by the control API."""

import httpx
import pytest

from tests.sandbox.driver import Sandbox, World
from tests.sandbox.provisioning.application import connected, wait_until


def test_two_worlds_share_no_id_and_no_secret(sandbox: Sandbox) -> None:
    first, second = (sandbox.make_world(name).about for name in ("apart-1", "apart-2"))
    own = {key for key in first if key not in ("entra", "greenlake", "settings")}
    assert [key for key in own if first[key] == second[key]] == []


def test_a_token_of_one_world_reads_nothing_of_another(sandbox: Sandbox) -> None:
    first, second = (sandbox.make_world(name) for name in ("apart-1", "apart-2"))
    with first.graph() as ours, second.graph() as theirs:
        group = theirs.get("groups").json()["value"][0]["id"]
        assert ours.get(f"groups/{group}").status_code == 404


def test_making_a_world_again_changes_only_the_settings_that_are_sent(world: World) -> None:
    world.set(cycle_interval_s=9)
    again = world.sandbox.control("PUT", f"/worlds/{world.name}", {"token_lifetime_s": 60})
    assert again.status_code == 200
    settings = again.json()["settings"]
    assert (settings["cycle_interval_s"], settings["token_lifetime_s"]) == (9, 60)


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        ({"no_such": 1}, "cycle_interval_s"),
        ({"delete": "maybe"}, "supported, refused, absent"),
        ({"cycle_interval_s": "3"}, "whole number"),
        ({"cycle_interval_s": -1}, "whole number"),
        ({"cycle_interval_s": True}, "whole number"),
        ({"read_lag_s": -0.5}, "number from 0"),
        ({"read_lag_s": True}, "number from 0"),
        ({"permissions": ["Group.Read.All", 3]}, "list"),
        ({"escrow_backoff_s": []}, "list"),
    ],
)
def test_a_bad_setting_is_refused_by_name_and_changes_nothing(
    world: World, settings: dict[str, object], named: str
) -> None:
    before = world.control("GET")["settings"]
    answer = world.sandbox.control("PATCH", f"/worlds/{world.name}", {"token_lifetime_s": 5, **settings})
    assert answer.status_code == 400
    assert next(iter(settings)) in answer.json()["error"]
    assert named in answer.json()["error"]
    assert world.control("GET")["settings"] == before


def test_a_refused_setting_makes_no_world(sandbox: Sandbox) -> None:
    assert sandbox.control("PUT", "/worlds/never", {"no_such": 1}).status_code == 400
    assert sandbox.control("GET", "/worlds/never").status_code == 404


def test_a_name_that_is_not_a_domain_label_is_refused(sandbox: Sandbox) -> None:
    for name in ("-", "Upper", "a" * 41, "under_score"):
        assert sandbox.control("PUT", f"/worlds/{name}").status_code == 400


def test_a_reset_keeps_ids_and_secrets_and_drops_everything_else(world: World) -> None:
    with world.graph("admin_client") as admin:
        group = admin.get("groups").json()["value"][0]["id"]
        admin.delete(f"groups/{group}")
    world.set(cycle_interval_s=9)
    world.control("POST", "/clock", {"advance_s": 60})
    anew = world.control("POST", "/reset")
    assert anew == world.about
    assert world.control("GET")["clock_offset_s"] == 0
    with world.graph() as graph:
        assert graph.get(f"groups/{group}").status_code == 200


def test_a_deleted_world_is_unknown_to_its_tenants_sign_in(sandbox: Sandbox) -> None:
    gone = sandbox.make_world("gone")
    sandbox.control("DELETE", "/worlds/gone")
    with pytest.raises(httpx.HTTPStatusError, match="400"):
        gone.sign_in()


def test_time_passes_in_one_world_only(sandbox: Sandbox) -> None:
    first, second = (sandbox.make_world(name) for name in ("clock-1", "clock-2"))
    with first.graph() as later, second.graph() as same:
        first.control("POST", "/clock", {"advance_s": 3601})
        expired = later.get("groups")
        assert expired.status_code == 401
        assert expired.json()["error"]["code"] == "InvalidAuthenticationToken"
        assert same.get("groups").status_code == 200


@pytest.mark.parametrize("path", ["/worlds/any", "/worlds/any/requests", "/worlds/any/faults"])
def test_the_control_api_wants_its_key(sandbox: Sandbox, path: str) -> None:
    answer = sandbox.http.get(f"{sandbox.entra}/sandbox{path}", headers={"Authorization": "Bearer wrong"})
    assert answer.status_code == 401
    assert "control-key" in answer.json()["error"]


def test_the_snapshot_of_a_world_holds_no_token(world: World) -> None:
    token = world.new_proxy_token()
    snapshot = world.sandbox.control("GET", f"/worlds/{world.name}")
    assert token not in snapshot.text
    assert [entry["live"] for entry in snapshot.json()["tokens"]] == [True]


def test_the_snapshot_shows_when_a_token_was_first_used_and_when_it_ended(world: World) -> None:
    token = world.new_proxy_token()
    address = f"{world.sandbox.greenlake}/v1alpha1/scimproxy/Users"
    world.sandbox.http.get(address, headers={"Authorization": f"Bearer {token}"}).raise_for_status()
    rotate = f"{world.sandbox.greenlake}/v1alpha1/proxytoken/rotate?remove-current=true"
    world.sandbox.http.post(rotate, headers={"Authorization": f"Bearer {world.bearer()}"}).raise_for_status()
    first, second = world.control("GET")["tokens"]
    assert first["issued_at"] < first["used_at"] < first["ended_at"] == second["issued_at"]
    assert (second["used_at"], second["ended_at"]) == (None, None)


def test_a_restored_world_is_what_it_was_when_it_was_saved(world: World, admin: httpx.Client) -> None:
    world.set(cycle_interval_s=77)
    world.new_proxy_token()
    world.control("POST", "/clock", {"advance_s": 60})
    before = world.control("GET")
    world.control("POST", "/save")

    group = {"displayName": "Late", "mailEnabled": False, "mailNickname": "late", "securityEnabled": True}
    admin.post("groups", json=group).raise_for_status()
    world.set(cycle_interval_s=5)
    world.control("POST", "/clock", {"advance_s": 3600})
    assert world.control("GET")["directory"] != before["directory"]

    for _ in range(2):  # as often as one likes
        assert world.control("POST", "/restore")["settings"]["cycle_interval_s"] == 77
        assert world.control("GET") == before


def test_a_world_that_was_never_saved_cannot_be_restored(world: World) -> None:
    refused = world.sandbox.control("POST", f"/worlds/{world.name}/restore")
    assert refused.status_code == 409
    assert f"POST /sandbox/worlds/{world.name}/save first" in refused.json()["error"]


def test_a_restored_world_has_no_fault_waiting_and_no_cycle_under_way(world: World) -> None:
    with connected(world) as application:
        world.control("POST", "/save")
        world.fail({"service": "scim", "client": "engine", "action": "delay", "delay_s": 0.5})
        application.graph.post(f"{application.path}/start").raise_for_status()
        wait_until(lambda: world.control("GET", "/faults")[0]["times"] == 0)
        world.control("POST", "/restore")
        assert world.control("GET", "/faults") == []
        assert application.graph.get(application.path).json()["status"]["lastExecution"] is None
