"""An application that was set up by hand is taken over: nothing made twice, nothing deleted, no push lost."""

import json
import re
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from typing import Any

import pytest

from sandbox.by_hand.administrator import signed_in
from tests.e2e.conftest import Make
from tests.e2e.workspace import Workspace, writes
from tests.sandbox.provisioning.application import wait_until
from tests.scimctl.commands.adopt.tenants import (
    APPLICATION,
    KINDS,
    ByHand,
    as_the_post_says,
    with_a_second_job_that_is_paused,
)
from tests.scimctl.looking import look

pytestmark = pytest.mark.engine

BUSY = {"cycle_interval_s": 1, "turnover_per_cycle": 8, "requests_per_s": 12}  # a cycle runs nearly always
CALM = {"cycle_interval_s": 3600}


@contextmanager
def by_hand(workspace: Workspace, template: str = "scim") -> Generator[ByHand]:
    """Set the workspace's tenant up as HPE's post describes."""
    with signed_in(workspace.world.about, workspace.world.sandbox.tls) as administrator:
        yield as_the_post_says(administrator, template)


def pushes(workspace: Workspace, since: int = 0) -> list[dict[str, Any]]:
    return workspace.world.pushes(since)


def lost(workspace: Workspace, since: int) -> list[str]:
    sent = pushes(workspace, since)
    return [
        f"{each['method']} {each['path']} {each['status']}" for each in sent if each["status"] in (0, 401, 403, 503)
    ]


def in_entra(tenant: ByHand) -> dict[str, Any]:
    """What belongs to the application, by id, and its mappings; versions, times and settings that are off aside."""
    graph, place = tenant.administrator.graph, f"servicePrincipals/{tenant.principal}"

    def listed(path: str) -> list[dict[str, Any]]:
        return graph.get(f"{place}/{path}").raise_for_status().json()["value"]

    schema = graph.get(f"{place}/synchronization/jobs/{tenant.job}/schema").raise_for_status().json()
    return {
        "principal": graph.get(place).raise_for_status().json(),
        "jobs": sorted(each["id"] for each in listed("synchronization/jobs")),
        "assignments": sorted(each["id"] for each in listed("appRoleAssignedTo")),
        "rules": schema["synchronizationRules"],
        "secrets": sorted(
            (each["key"], each["value"]) for each in listed("synchronization/secrets") if not is_off(each)
        ),
    }


def is_off(saved: dict[str, Any]) -> bool:
    """`up` saves every setting, because azuread cannot take one away again: off means the same as no setting."""
    if saved["key"] == "SyncNotificationSettings":
        notifications = json.loads(saved["value"])
        return not (notifications["Enabled"] or notifications.get("DeleteThresholdEnabled"))
    return saved["key"] == "SkipOutOfScopeDeletions" and saved["value"].lower() == "false"


def counted(text: str) -> dict[str, int]:
    """Return the numbers at the end of the engine's preview, by step."""
    return {step: int(count) for count, step in re.findall(r"^ +. (\d+) to (\w+)$", text, re.MULTILINE)}


def adopt(workspace: Workspace, *args: str) -> dict[str, Any]:
    said = look(workspace, "adopt", "--app", APPLICATION, "--json", *args)
    assert said.code == 0, said.err
    return said.data


def test_a_busy_tenant_is_taken_over_and_let_go_with_no_push_lost(
    make: Make, record_property: Callable[[str, object], None]
) -> None:
    workspace = make(settings=BUSY)
    before = "# mine\n" + workspace.stack_file.read_text()
    workspace.stack_file.write_text(before)
    with by_hand(workspace) as tenant:
        wait_until(lambda: len(pushes(workspace)) > 40)
        was, since = in_entra(tenant), workspace.world.last_request()

        found = adopt(workspace)
        seen = workspace.pulumi("preview", "--diff")
        assert seen.code == 0, seen.text
        assert counted(seen.text) == found["planned"] == {"create": 8, "import": 3}
        assert "delete" not in seen.text
        assert "replace" not in seen.text
        assert writes(workspace.world, since) == []

        done = workspace.up()
        assert done.code == 0, done.text
        assert in_entra(tenant) == was
        used = workspace.outputs()["token_fingerprint"]
        wait_until(lambda: sum(each["token"] == used for each in pushes(workspace, since)) > 40)
        assert lost(workspace, since) == []
        clean = look(workspace, "drift")
        assert clean.code == 0, clean.out + clean.err

        refused = workspace.destroy()
        assert refused.code != 0
        assert "protect" in refused.text
        untouched = workspace.world.last_request()
        undone = look(workspace, "adopt", "--undo", "--yes")
        assert undone.code == 0, undone.err
        assert workspace.resources() == []
        assert workspace.stack_file.read_text() == before
        assert writes(workspace.world, untouched) == []
        assert in_entra(tenant) == was
        wait_until(lambda: len(pushes(workspace, untouched)) > 10)
        assert lost(workspace, since) == []

        assert "to manage it again: `scimctl adopt --app SSO-Integration`" in undone.out
        stopped = workspace.up()
        assert stopped.code != 0
        assert "run `scimctl adopt --app NAME` with the name of that application" in stopped.text
        left = look(workspace, "adopt", "--app", APPLICATION)
        assert left.code == 1
        assert "run `pulumi destroy`, which removes them alone, then adopt" in left.err
        assert workspace.destroy().code == 0
        assert adopt(workspace)["planned"] == found["planned"]
        assert lost(workspace, since) == []
    record_property("told", f"adoption under load: {len(pushes(workspace, since))} pushes, 0 lost")


def test_whatever_was_set_in_the_portal_is_the_same_after_up(make: Make) -> None:
    workspace = make(settings=CALM)
    with by_hand(workspace, template="customappsso") as tenant:
        for kind in ("more mappings", "a scope filter", "notifications", "single users", "single sign-on", "two jobs"):
            KINDS[kind](tenant)
        was = in_entra(tenant)
        found = adopt(workspace)
        assert found["job"] == tenant.job
        done = workspace.up()
        assert done.code == 0, done.text
        assert in_entra(tenant) == was
        adopted = workspace.stack_file.read_text()
        again = look(workspace, "adopt", "--app", APPLICATION)
        assert again.code == 1
        assert "has resources already" in again.err
        assert workspace.stack_file.read_text() == adopted


def test_a_paused_job_stays_paused_and_its_token_is_proven(make: Make) -> None:
    workspace = make(settings=CALM)
    with by_hand(workspace) as tenant:
        KINDS["paused"](tenant)
        with_a_second_job_that_is_paused(tenant)
        two = look(workspace, "adopt", "--app", APPLICATION)
        assert two.code == 1
        assert "name one with --job" in two.err
        adopt(workspace, "--job", tenant.job)
        done = workspace.up()
        assert done.code == 0, done.text
        job = tenant.administrator.graph.get(
            f"servicePrincipals/{tenant.principal}/synchronization/jobs/{tenant.job}"
        ).json()
        assert job["schedule"]["state"] != "Active"
        tenant.administrator.test_connection(tenant.principal, tenant.job)


def test_a_job_in_quarantine_for_its_dead_token_works_again_after_up(make: Make) -> None:
    workspace = make(settings={"cycle_interval_s": 1, "quarantine_ladder_s": [2, 2, 2]})
    with by_hand(workspace) as tenant:
        workspace.world.control("POST", f"/jobs/{tenant.job}/cycle")
        tenant.administrator.save_credentials(tenant.principal, "not a token")
        path = f"servicePrincipals/{tenant.principal}/synchronization/jobs/{tenant.job}"

        def code() -> str:
            return tenant.administrator.graph.get(path).json()["status"]["code"]

        wait_until(lambda: code() == "Quarantine")
        said = look(workspace, "adopt", "--app", APPLICATION)
        assert said.code == 0, said.err
        assert "in quarantine" in said.out
        done = workspace.up()
        assert done.code == 0, done.text
        wait_until(lambda: code() == "Active")


def test_nothing_is_written_where_something_could_not_be_kept(make: Make) -> None:
    workspace = make(settings=CALM)
    before = workspace.stack_file.read_text()
    with by_hand(workspace) as tenant:
        tenant.again(SyncAll="true", UserName="somebody")
        said = look(workspace, "adopt", "--app", APPLICATION)
    assert said.code == 1
    problems = [line for line in said.err.splitlines() if line.startswith("scimctl: ")]
    assert len(problems) == 2
    assert workspace.stack_file.read_text() == before
    assert not list(workspace.stack_file.parent.glob("*.before-adopt"))


@pytest.mark.parametrize(
    ("arguments", "code", "line"),
    [
        (["--app", "Nowhere"], 1, 'no enterprise application is named "Nowhere": check the spelling, or give its id'),
        ([], 2, "give --app NAME to take an application over, or --undo to let go of it"),
        (["--undo"], 1, "has no section adopted: there is no adoption to undo"),
    ],
)
def test_what_cannot_be_done_is_one_line(bare: Workspace, arguments: Sequence[str], code: int, line: str) -> None:
    said = look(bare, "adopt", *arguments)
    assert said.code == code
    assert line in said.err.splitlines()[-1]


@pytest.fixture(scope="module")
def bare(make: Make) -> Workspace:
    return make()
