"""Each breakage is what an administrator or time would do, seen through the APIs; what cannot break has a reason."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.sandbox.driver import World
from tests.sandbox.provisioning.application import Application, connected


@pytest.fixture
def deployed(world: World) -> Iterator[Application]:
    """A job that is on and has pushed a group of one."""
    with connected(world) as application:
        application.as_in_the_blog()
        application.assign(application.new_group(application.new_user()))
        application.graph.post(f"{application.path}/start").raise_for_status()
        application.cycle()
        yield application


def _break(world: World, name: str) -> str:
    return world.control("POST", f"/break/{name}")["happened"]


def _refused(world: World, name: str) -> str:
    answer = world.sandbox.control("POST", f"/worlds/{world.name}/break/{name}")
    assert answer.status_code == 409, answer.text
    return answer.json()["error"]


def _mappings(application: Application) -> dict[str, Any]:
    schema = application.graph.get(f"{application.path}/schema").json()
    found = schema["synchronizationRules"][0]["objectMappings"]
    users = next(one for one in found if one["sourceObjectName"] == "User")
    return {one["targetAttributeName"]: one["source"]["expression"] for one in users["attributeMappings"]}


def test_pause_stops_the_job_as_the_portal_does(deployed: Application) -> None:
    assert "`./run up --refresh` repairs it" in _break(deployed.world, "pause")
    job = deployed.graph.get(deployed.path).json()
    assert (job["schedule"]["state"], job["status"]["code"]) == ("Disabled", "Paused")
    assert _refused(deployed.world, "pause") == "Provisioning is stopped already."


@pytest.mark.parametrize("name", ["delete-token", "expire-token"])
def test_a_token_that_is_deleted_or_expires_is_refused_from_then_on(deployed: Application, name: str) -> None:
    _break(deployed.world, name)
    assert not deployed.workspace.accepts(deployed.token)
    assert [one["live"] for one in deployed.world.control("GET")["tokens"]] == [False]
    assert _refused(deployed.world, name) == "GreenLake has no live token."


def test_only_the_token_expires_and_not_the_clock(deployed: Application) -> None:
    _break(deployed.world, "expire-token")
    assert deployed.world.control("GET")["clock_offset_s"] == 0


def test_an_overwritten_secret_fails_the_next_test_and_leaves_the_tenant_url(deployed: Application) -> None:
    path = f"servicePrincipals/{deployed.service_principal}/synchronization/secrets"
    before = deployed.graph.get(path).json()["value"]
    _break(deployed.world, "overwrite-secret")
    assert deployed.test().status_code == 400
    assert deployed.graph.get(path).json()["value"] == before
    assert "the wrong one already" in _refused(deployed.world, "overwrite-secret")


def test_a_changed_mapping_is_saved_as_the_editor_saves_it(deployed: Application) -> None:
    before = deployed.graph.get(f"{deployed.path}/schema").json()
    _break(deployed.world, "change-mapping")
    after = deployed.graph.get(f"{deployed.path}/schema").json()
    assert _mappings(deployed)["displayName"] == "[mailNickname]"
    assert after["version"] != before["version"]
    assert _refused(deployed.world, "change-mapping").startswith("The mapping of displayName is changed already")


def test_mappings_are_added_until_there_is_nothing_left_to_add(deployed: Application) -> None:
    before = set(_mappings(deployed))
    for _ in range(3):
        _break(deployed.world, "add-mapping")
    assert set(_mappings(deployed)) - before == {"title", "preferredLanguage", "externalId"}
    assert "mapped already" in _refused(deployed.world, "add-mapping")


def test_a_group_is_unassigned_until_none_is_left(deployed: Application) -> None:
    _break(deployed.world, "unassign-group")
    path = f"servicePrincipals/{deployed.service_principal}/appRoleAssignedTo"
    assert deployed.graph.get(path).json()["value"] == []
    assert _refused(deployed.world, "unassign-group") == "No group is assigned to the application."


def test_quarantine_is_what_a_refused_cycle_leaves_and_ends_with_a_good_one(deployed: Application) -> None:
    _break(deployed.world, "quarantine")
    status = deployed.status()
    assert (status["code"], status["quarantine"]["reason"]) == ("Quarantine", "EncounteredQuarantineException")
    deployed.cycle()
    assert deployed.status()["quarantine"] is None


def test_slow_delays_greenlake_alone_until_fast(deployed: Application) -> None:
    _break(deployed.world, "slow")
    faults = deployed.world.control("GET", "/faults")
    assert {(one["service"], one["action"], one["delay_s"]) for one in faults} == {
        ("iam", "delay", 2),
        ("proxytoken", "delay", 2),
        ("scim", "delay", 2),
    }
    assert _refused(deployed.world, "slow") == "GreenLake is slow already."
    _break(deployed.world, "fast")
    assert deployed.world.control("GET", "/faults") == []
    assert _refused(deployed.world, "fast") == "GreenLake answers as usual."


@pytest.mark.parametrize(
    "name", ["pause", "quarantine", "overwrite-secret", "change-mapping", "add-mapping", "unassign-group"]
)
def test_without_a_job_it_shows_how_to_make_one(world: World, name: str) -> None:
    assert _refused(world, name) == "There is no provisioning job yet: `./run up` makes it."


def test_an_unknown_breakage_is_404_with_those_that_there_are(world: World) -> None:
    answer = world.sandbox.control("POST", f"/worlds/{world.name}/break/everything")
    assert answer.status_code == 404
    listed = world.sandbox.control("GET", "/breakages").json()
    assert all(name in answer.json()["error"] for name in listed)
    assert next(iter(listed)) == "pause"


def test_a_busy_directory_pushes_in_every_cycle_and_loses_nothing_until_it_is_calm(deployed: Application) -> None:
    for _ in range(6):
        deployed.assign(deployed.new_group(deployed.new_user()))
    deployed.cycle()
    assert _refused(deployed.world, "calm") == "Nobody comes or goes by themselves."
    assert "every cycle pushes" in _break(deployed.world, "busy")
    assert _refused(deployed.world, "busy") == "People come and go already."
    assert deployed.cycle()["countExported"] > 0
    _break(deployed.world, "calm")
    deployed.cycle()
    assert deployed.cycle()["countExported"] == 0
