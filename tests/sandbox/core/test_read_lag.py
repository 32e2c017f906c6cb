"""Reads that lag behind writes, as Graph's do: every read sees its own state between the setting and now."""

from datetime import datetime, timedelta, timezone

import httpx
from hypothesis import given
from hypothesis import strategies as st

from sandbox.core.history import History, Version
from sandbox.core.store import Document
from tests.sandbox.driver import World
from tests.sandbox.provisioning.application import connected, wait_until

_DAY_S = 86_400  # longer than any test: a read is almost never the newest one, and settles when the clock is moved
_READS = 30
_START = datetime(2026, 1, 1, tzinfo=timezone.utc)


def _settled(world: World) -> None:
    world.control("POST", "/clock", {"advance_s": 1000})


def _group(name: str) -> dict[str, object]:
    return {"displayName": name, "mailEnabled": False, "mailNickname": name, "securityEnabled": True}


def _names(admin: httpx.Client, path: str) -> list[str]:
    """Read one group many times: its name, or the status of the answer that has none."""
    answers = [admin.get(path) for _ in range(_READS)]
    return [one.json()["displayName"] if one.is_success else str(one.status_code) for one in answers]


@given(
    writes=st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from([None, 1, 2]))),
    moment=st.integers(min_value=0, max_value=9),
)
def test_what_was_at_a_moment_is_what_the_writes_until_then_left(
    writes: list[tuple[str, int | None]], moment: int
) -> None:
    history, newest, then = History(), dict[str, Document](), dict[str, Document]()
    for second, (key, value) in enumerate(writes):
        history.keep(Version(_START + timedelta(seconds=second), "kind", key, newest.get(key)), _START)
        newest = {name: body for name, body in newest.items() if name != key}
        newest |= {} if value is None else {key: {"value": value}}
        if second <= moment:
            then = newest
    assert history.at(_START + timedelta(seconds=moment), "kind", newest) == then


def test_without_the_setting_every_write_is_read_at_once(admin: httpx.Client) -> None:
    made = admin.post("groups", json=_group("before")).json()["id"]
    assert set(_names(admin, f"groups/{made}")) == {"before"}
    admin.patch(f"groups/{made}", json={"displayName": "after"})
    assert set(_names(admin, f"groups/{made}")) == {"after"}
    admin.delete(f"groups/{made}")
    assert set(_names(admin, f"groups/{made}")) == {"404"}


def test_a_read_sees_any_version_within_the_lag_and_none_older(world: World, admin: httpx.Client) -> None:
    made = admin.post("groups", json=_group("before")).json()["id"]
    world.set(read_lag_s=1000)
    world.control("POST", "/clock", {"advance_s": 1000})
    admin.patch(f"groups/{made}", json={"displayName": "after"})
    world.control("POST", "/clock", {"advance_s": 500})
    assert set(_names(admin, f"groups/{made}")) == {"before", "after"}
    world.control("POST", "/clock", {"advance_s": 501})
    assert set(_names(admin, f"groups/{made}")) == {"after"}


def test_what_was_just_made_may_be_missing_and_what_was_deleted_may_still_be_there(
    world: World, admin: httpx.Client
) -> None:
    world.set(read_lag_s=1000)
    made = admin.post("groups", json=_group("fresh")).json()["id"]
    world.control("POST", "/clock", {"advance_s": 500})
    assert set(_names(admin, f"groups/{made}")) == {"fresh", "404"}
    _settled(world)
    assert set(_names(admin, f"groups/{made}")) == {"fresh"}
    admin.delete(f"groups/{made}")
    world.control("POST", "/clock", {"advance_s": 500})
    assert set(_names(admin, f"groups/{made}")) == {"fresh", "404"}
    _settled(world)
    assert set(_names(admin, f"groups/{made}")) == {"404"}


def test_a_list_lags_as_a_single_read_does(world: World, admin: httpx.Client) -> None:
    world.set(read_lag_s=1000)
    admin.post("groups", json=_group("fresh"))
    world.control("POST", "/clock", {"advance_s": 500})
    query = {"$filter": "displayName eq 'fresh'"}
    assert {len(admin.get("groups", params=query).json()["value"]) for _ in range(_READS)} == {0, 1}


def test_the_synchronization_api_refuses_a_service_principal_that_it_does_not_see_yet(
    world: World, admin: httpx.Client
) -> None:
    world.set(read_lag_s=_DAY_S)
    template = "applicationTemplates/8adf8e6e-67b2-4cf2-a259-e3dc5476c621/instantiate"
    fresh = admin.post(template, json={"displayName": "Fresh"}).json()["servicePrincipal"]["id"]
    refused = admin.post(f"servicePrincipals/{fresh}/synchronization/jobs", json={"templateId": "scim"})
    assert (refused.status_code, refused.json()["error"]["code"]) == (401, "UnknownError")


def test_a_write_continues_from_the_newest_state_and_never_from_the_read_one(world: World, admin: httpx.Client) -> None:
    made = admin.post("groups", json=_group("before")).json()["id"]
    world.set(read_lag_s=_DAY_S)
    admin.patch(f"groups/{made}", json={"displayName": "after"})
    admin.patch(f"groups/{made}", json={"description": "told"})
    world.set(read_lag_s=0)
    found = admin.get(f"groups/{made}").json()
    assert (found["displayName"], found["description"]) == ("after", "told")


def test_a_test_of_the_connection_may_present_the_secret_before_the_last_one(world: World) -> None:
    with connected(world) as application:
        application.save("wrong")
        world.set(read_lag_s=1000)
        application.save()
        world.control("POST", "/clock", {"advance_s": 500})
        wait_until(lambda: application.test().status_code == 400)
        wait_until(lambda: application.test().status_code == 204)
        _settled(world)
        assert {application.test().status_code for _ in range(5)} == {204}


def test_a_cycle_may_begin_with_the_secret_before_the_last_one(world: World) -> None:
    with connected(world) as application:
        application.graph.post(f"{application.path}/start").raise_for_status()
        wait_until(lambda: application.status()["lastExecution"] is not None)
        world.set(read_lag_s=_DAY_S)
        application.save("wrong")
        assert application.cycle()["state"] == "Succeeded"
        world.set(read_lag_s=0)
        assert application.cycle()["state"] == "Failed"


def test_a_cycle_may_push_by_the_mappings_before_the_last_ones_and_the_next_one_starts_anew(world: World) -> None:
    with connected(world) as application:
        application.assign(application.new_user())
        schema = application.graph.get(f"{application.path}/schema").json()
        for rule in schema["synchronizationRules"]:
            for mapping in rule["objectMappings"]:
                mapping["enabled"] = False
        world.set(read_lag_s=_DAY_S)
        application.graph.put(f"{application.path}/schema", json=schema).raise_for_status()
        application.graph.post(f"{application.path}/start").raise_for_status()
        application.cycle()
        assert world.control("GET")["provisioned"]["users"] == 1
        assert world.control("GET")["jobs"][0]["initialCycle"]


def test_the_same_world_lags_in_the_same_way_again(world: World, admin: httpx.Client) -> None:
    made = admin.post("groups", json=_group("before")).json()["id"]
    world.control("POST", "/save")

    def seen() -> list[str]:
        world.control("POST", "/restore")
        world.set(read_lag_s=1000)
        world.control("POST", "/clock", {"advance_s": 1000})
        admin.patch(f"groups/{made}", json={"displayName": "after"})
        world.control("POST", "/clock", {"advance_s": 500})
        return _names(admin, f"groups/{made}")

    first = seen()
    assert len(set(first)) == 2
    assert seen() == first
