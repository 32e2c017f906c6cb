"""A stack while reads of Graph lag behind writes, and Graph throttles: nothing is lost, made twice, or called drift.

azuread itself does not poll for an assignment: an `up` that makes one may stop there, and the next one
makes everything correct.
"""

import time
from typing import Any

import pytest

from sandbox.by_hand.administrator import signed_in
from tests.e2e import behind_its_back as behind
from tests.e2e.conftest import Make
from tests.e2e.workspace import Run, Workspace, configuration
from tests.full import only_in_full
from tests.sandbox.provisioning.application import wait_until
from tests.scimctl.commands.adopt.tenants import APPLICATION, as_the_post_says

pytestmark = pytest.mark.engine
full = only_in_full("each move by itself")

LAGGING = {"cycle_interval_s": 8, "read_lag_s": 2}  # the settle time is a quarter of the interval
THROTTLED = {"service": "graph", "client": "program", "status": 429, "headers": {"Retry-After": "1"}, "times": 2}
OTHER_MAPPINGS = {"users": {"actions": ["create", "update", "delete"]}}


@pytest.fixture
def lagging(deployed: Workspace) -> Workspace:
    """A workspace that is up, in a world whose reads have begun to lag."""
    deployed.world.set(**LAGGING)
    return deployed


def configure(workspace: Workspace, **changes: Any) -> None:
    workspace.configure(configuration(workspace.world, **changes))


def throttled_up(workspace: Workspace, *options: str) -> Run:
    workspace.world.fail({**THROTTLED, "skip": 1}, {**THROTTLED, "skip": 5})
    return workspace.up(*options)


def refused_pushes(workspace: Workspace) -> list[str]:
    """List what GreenLake has refused of what Entra's engine sent."""
    return [f"{one['method']} {one['path']}" for one in workspace.world.pushes() if one["status"] == 401]


def assert_at_rest(workspace: Workspace) -> None:
    """See that there is one job, that it runs with the token of the state, and that nothing is left to do."""
    clean = workspace.preview("--refresh")
    assert clean.code == 0, clean.text
    world = workspace.world.control("GET")
    assert [job["schedule"]["state"] for job in world["jobs"]] == ["Active"]
    cycle = workspace.world.control("POST", f"/jobs/{workspace.outputs()['job_id']}/cycle")
    assert cycle["execution"]["state"] == "Succeeded"
    assert [each["live"] for each in world["tokens"]].count(True) == 1


@full
def test_mappings_that_are_changed_twice_in_a_row_are_those_of_the_stack_file_and_no_drift(lagging: Workspace) -> None:
    configure(lagging, mappings=OTHER_MAPPINGS)
    first = throttled_up(lagging)
    assert first.code == 0, first.text
    configure(lagging)
    second = throttled_up(lagging)
    assert second.code == 0, second.text
    assert_at_rest(lagging)


@pytest.mark.parametrize("remove_current", [False, pytest.param(True, marks=full)])
def test_a_rotation_with_other_mappings_loses_no_push_and_leaves_nothing_to_do(
    lagging: Workspace, remove_current: bool
) -> None:
    token = {"every": "60d", "removeCurrent": remove_current, "rotateWhenChanged": {"reason": "leaked"}}
    configure(lagging, token=token, mappings=OTHER_MAPPINGS)
    rotated = throttled_up(lagging)
    assert rotated.code == 0, rotated.text
    assert remove_current or refused_pushes(lagging) == []
    assert_at_rest(lagging)


@full
def test_everything_that_was_changed_by_somebody_else_is_repaired_by_one_up(lagging: Workspace) -> None:
    behind.pause_job(lagging)
    behind.overwrite_secret(lagging)
    behind.edit_schema(lagging, lambda users, _groups: users.update(flowTypes="Add,Update,Delete"))
    time.sleep(LAGGING["read_lag_s"])  # what is younger than that may be seen by the next run only
    repaired = throttled_up(lagging, "--refresh")
    assert repaired.code == 0, repaired.text
    assert_at_rest(lagging)


@full
def test_a_stack_is_made_once_although_azuread_stops_at_assignments_that_it_cannot_read_yet(make: Make) -> None:
    workspace = make(settings=LAGGING)
    made = throttled_up(workspace)
    if made.code:
        assert "nil state" in made.text, made.text
        made = workspace.up()
    assert made.code == 0, made.text
    # The first cycle begins right after the save and may not read it, which is a quarantine that the next run heals
    healed = workspace.up("--refresh")
    assert healed.code == 0, healed.text
    assert_at_rest(workspace)


@full
def test_an_application_that_was_set_up_by_hand_is_adopted_without_losing_a_push(make: Make) -> None:
    workspace = make()
    with signed_in(workspace.world.about, workspace.world.sandbox.tls) as administrator:
        as_the_post_says(administrator)
    wait_until(lambda: workspace.world.pushes() != [])
    workspace.world.set(**LAGGING)
    adopted = workspace.scimctl("adopt", "--app", APPLICATION)
    assert adopted.code == 0, adopted.err
    taken = throttled_up(workspace)
    assert taken.code == 0, taken.text
    assert refused_pushes(workspace) == []
    assert_at_rest(workspace)


@full
def test_a_stack_goes_completely_while_reads_lag(lagging: Workspace) -> None:
    gone = lagging.destroy()
    assert gone.code == 0, gone.text
    assert lagging.world.control("GET")["jobs"] == []
