"""Whatever is changed behind the program's back shows in a preview, is named in words, and is repaired by one `up`."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.e2e import behind_its_back as behind
from tests.e2e.conftest import configuration
from tests.e2e.workspace import Workspace

pytestmark = pytest.mark.engine

Json = dict[str, Any]


def _edit_mappings(users: Json, groups: Json) -> None:
    """Do to the mappings everything at once that the mapping editor offers."""
    title: Json = {"expression": "[jobTitle]", "name": "jobTitle", "type": "Attribute", "parameters": []}
    mail: Json = {"expression": "[mail]", "name": "mail", "type": "Attribute", "parameters": []}
    kept = [each for each in users["attributeMappings"] if each["targetAttributeName"] != "name.givenName"]
    for each in kept:
        if each["targetAttributeName"] == "displayName":
            each["source"] = mail
    users["attributeMappings"] = [*kept, {"targetAttributeName": "title", "source": title}]
    users["flowTypes"] = "Add, Update, Delete"
    groups["enabled"] = False


MAPPINGS = (
    "User.title is mapped",
    "User.name.givenName is not mapped",
    "User.displayName comes from [mail]",
    "User Update is ticked",
    "Group mapping is disabled",
)
DRIFT: dict[str, tuple[Callable[[Workspace], None], tuple[str, ...]]] = {
    "token deleted at GreenLake": (behind.delete_token, ("refused by GreenLake",)),
    "secret overwritten in Entra": (behind.overwrite_secret, ("the credentials saved in Entra are refused",)),
    "mappings edited": (lambda workspace: behind.edit_schema(workspace, _edit_mappings), MAPPINGS),
    "job paused": (behind.pause_job, ("provisioning is stopped",)),
    "job in quarantine": (behind.quarantine_job, ("the job is in quarantine",)),
    "job deleted": (behind.delete_job, ("SynchronizationJob",)),
    "assignment removed": (behind.remove_assignment, ("group GreenLake Administrators",)),
    "application deleted": (behind.delete_application, ("ApplicationFromTemplate",)),
}


@pytest.mark.parametrize("what", DRIFT)
def test_it_shows_is_named_and_is_repaired_by_one_up(up: Workspace, what: str) -> None:
    happen, words = DRIFT[what]
    happen(up)
    seen = up.preview("--refresh")
    assert seen.code == 7, seen.text
    for each in words:
        assert each in seen.text
    repaired = up.up("--refresh")
    assert repaired.code == 0, repaired.text
    clean = up.preview("--refresh")
    assert clean.code == 0, clean.text


def test_a_configured_group_that_no_longer_exists_ends_with_one_line_and_is_clean_once_removed(
    make: Callable[..., Workspace],
) -> None:
    workspace = make(access={"groups": ["GreenLake Administrators", "GreenLake Viewers"]})
    assert workspace.up().code == 0
    with workspace.world.graph("admin_client") as graph:
        found = graph.get("groups", params={"$filter": "displayName eq 'GreenLake Viewers'"}).raise_for_status().json()
        graph.delete(f"groups/{found['value'][0]['id']}").raise_for_status()
    gone = workspace.up("--refresh")
    assert gone.code == 1
    assert len(gone.errors) == 1
    assert 'no security group is named "GreenLake Viewers"' in gone.errors.pop()
    assert "Traceback" not in gone.text
    workspace.configure(configuration(workspace.world))
    assert workspace.up("--refresh").code == 0
    clean = workspace.preview("--refresh")
    assert clean.code == 0, clean.text


def test_principals_assigned_by_somebody_else_are_listed_in_a_warning_and_left_alone(up: Workspace) -> None:
    behind.assign(up, "GreenLake Operators")
    seen = up.preview("--refresh")
    assert seen.code == 0, seen.text
    assert "assigned by somebody else, or by a run that was cut off: Group GreenLake Operators" in seen.text
