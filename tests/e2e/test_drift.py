"""Whatever somebody else changes shows in a preview, is named in words, and is repaired by one `up`.

tests/scimctl/commands/drift/test_drift.py shows each kind of change by itself, how it is named, and what repairs it.
"""

import re
from typing import Any

import pytest

from tests.e2e import behind_its_back as behind
from tests.e2e.workspace import Run, Workspace, configuration

pytestmark = pytest.mark.engine

Json = dict[str, Any]


def _do_many_things(workspace: Workspace) -> None:
    """Do all that can be done at once: what is left aside takes the job or the application away."""
    behind.delete_token(workspace)
    behind.edit_schema(workspace, behind.edit_mappings)
    behind.remove_assignment(workspace)
    behind.pause_job(workspace)


FAULTS = (
    "to be rotated: refused by GreenLake",
    "User.title is mapped",
    "User.name.givenName is not mapped",
    "User.displayName comes from [mail]",
    "User Update is ticked",
    "Group mapping is disabled",
    "provisioning is stopped (schedule",
    "refused by GreenLake (Test Connection: SystemForCrossDomainIdentityManagementCredentialValidationFailure)",
)
REPAIRS = (
    "token: rotated: refused by GreenLake",
    "saving them makes Entra start a new initial cycle",
    "the credentials are saved again and accepted, provisioning is started",
)


def test_all_that_was_changed_shows_in_a_preview_is_named_and_is_repaired_by_one_up(up: Workspace) -> None:
    _do_many_things(up)
    seen = up.preview("--refresh")
    assert seen.code == 7, seen.text
    for each in ("AppRoleAssignment", *FAULTS):
        assert each in seen.text
    said = own_lines(assert_repaired_by_one_up(up))
    assert len(said) == len(FAULTS) + len(REPAIRS), said
    for each in (*FAULTS, *REPAIRS):
        assert sum(each in line for line in said) == 1, (each, said)


def own_lines(run: Run) -> list[str]:
    """Return the lines that the providers printed, as the engine lists them at the end, without progress."""
    diagnostics = run.text.rpartition("Diagnostics:")[2].partition("Resources:")[0]
    ours = re.findall(
        r"(?:info|warning): ((?:SCIM proxy token|attribute mappings|provisioning status): .*)", diagnostics
    )
    return [line for line in ours if "waiting up to" not in line]


def assert_repaired_by_one_up(workspace: Workspace) -> Run:
    repaired = workspace.up("--refresh")
    assert repaired.code == 0, repaired.text
    cycle = workspace.world.control("POST", f"/jobs/{workspace.outputs()['job_id']}/cycle")
    assert cycle["execution"]["state"] == "Succeeded"
    clean = workspace.preview("--refresh")
    assert clean.code == 0, clean.text
    return repaired


def test_a_configured_group_that_no_longer_exists_ends_with_one_line_and_is_clean_once_removed(
    deployed: Workspace,
) -> None:
    deployed.configure(
        configuration(deployed.world, access={"groups": ["GreenLake Administrators", "GreenLake Viewers"]})
    )
    with deployed.world.graph("admin_client") as graph:
        query = {"$filter": "displayName eq 'GreenLake Administrators'"}
        found = graph.get("groups", params=query).raise_for_status().json()
        graph.delete(f"groups/{found['value'][0]['id']}").raise_for_status()
    gone = deployed.up("--refresh")
    assert gone.code == 1
    assert len(gone.errors) == 1
    assert 'no security group is named "GreenLake Administrators"' in gone.errors.pop()
    assert "Traceback" not in gone.text
    deployed.configure(configuration(deployed.world, access={"groups": ["GreenLake Viewers"]}))
    assert deployed.up("--refresh").code == 0
    clean = deployed.preview("--refresh")
    assert clean.code == 0, clean.text


def test_principals_assigned_by_somebody_else_are_listed_in_a_warning_and_left_alone(up: Workspace) -> None:
    behind.assign(up, "GreenLake Operators")
    seen = up.preview("--refresh")
    assert seen.code == 0, seen.text
    assert "assigned by somebody else, or by a run that was cut off: Group GreenLake Operators" in seen.text
