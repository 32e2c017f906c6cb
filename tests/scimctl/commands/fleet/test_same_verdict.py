"""`scimctl fleet drift` reports of a stack what `scimctl drift` reports of it, without an engine that plans.

tests/scimctl/commands/drift/test_drift.py compares the two on each kind of change.
"""

import json
import subprocess
import sys
from collections.abc import Callable

import pytest

from tests.e2e import behind_its_back as behind
from tests.e2e.conftest import Make
from tests.e2e.test_existing_app import existing
from tests.e2e.workspace import Workspace, configuration
from tests.scimctl.commands.drift.test_drift import of_fleet
from tests.scimctl.looking import look
from tests.scimctl.truth.states import group_gone, group_renamed, name_handed_on

pytestmark = pytest.mark.engine


def test_a_rotation_that_is_due_is_reported_and_a_change_of_the_stack_file_is_not_looked_at(
    deployed: Workspace,
) -> None:
    deployed.configure(
        configuration(
            deployed.world,
            token={"every": "60d", "rotateWhenChanged": {"audit": "1"}},
            provisioning={"status": "off"},
        )
    )

    (said,) = of_fleet(deployed).data["stacks"]

    assert [each["what"] for each in said["data"]["differences"]] == ["a rotation is due: trigger changed: audit"]
    assert (said["exitCode"], said["data"]["program"]) == (0, "not looked at")


def test_an_application_of_somebody_else_that_was_deleted_is_gone_and_not_unread(make: Make) -> None:
    workspace = existing(make)
    assert workspace.up().code == 0
    behind.delete_application(workspace)

    one, (all_of_them,) = look(workspace, "drift", "--json"), of_fleet(workspace).data["stacks"]

    assert all_of_them["data"]["differences"] == one.data["differences"]
    assert all_of_them["exitCode"] == one.code == 7


@pytest.mark.parametrize("happen", [group_renamed, group_gone, name_handed_on])
def test_a_group_that_was_renamed_or_deleted_or_whose_name_another_has_is_reported_by_each_command(
    deployed: Workspace, happen: Callable[[Workspace], None]
) -> None:
    happen(deployed)

    one, (all_of_them,) = look(deployed, "drift", "--json"), of_fleet(deployed).data["stacks"]
    scope, doctor = look(deployed, "scope"), look(deployed, "doctor", "--quiet")

    assert all_of_them["data"]["differences"] == one.data["differences"]
    (line,) = [each["what"] for each in one.data["differences"] if each["what"].startswith("access.groups: ")]
    assert (scope.code, doctor.code) == (1, 7)
    assert line in scope.err
    assert line.removeprefix("access.groups: ").rpartition(": ")[0] in doctor.out


def test_a_stack_that_cannot_be_read_is_reported_beside_the_others_and_its_secret_is_not(up: Workspace) -> None:
    (up.root / "fleet.yaml").write_text(
        f"stacks:\n  {up.stack}: {{ring: canary}}\n  gone:\n"
        "  locked: {secrets: {ARM_CLIENT_CERTIFICATE_PASSWORD: 'false'}}\n"
    )
    for name in ("gone", "locked"):
        (up.root / "stacks" / f"Pulumi.{name}.yaml").write_text(up.stack_file.read_text())

    command = [sys.executable, "-m", "scimctl", "fleet", "drift", "--json", "--junit", "found.xml"]
    said = subprocess.run(command, cwd=up.root, env=up.environ, capture_output=True, text=True, check=False)

    codes = {each["name"]: (each["exitCode"], each["lines"]) for each in json.loads(said.stdout)["stacks"]}
    assert said.returncode == 1
    assert codes[up.stack] == (0, ["no drift"])
    assert codes["locked"] == (1, ["fleet.yaml: the command of ARM_CLIENT_CERTIFICATE_PASSWORD ended with exit code 1"])
    assert codes["gone"][0] == 1
    assert "no stack named" in codes["gone"][1][0]
    assert (up.root / "found.xml").read_text().count("<error") == 2


def test_status_and_rotate_due_agree_with_the_commands_of_one_stack(up: Workspace) -> None:
    (up.root / "fleet.yaml").write_text(f"stacks:\n  {up.stack}:\n")

    status, due = (
        look(up, "fleet", "status", "--json"),
        look(up, "fleet", "rotate-due", "--within", "90d", "--json"),
    )

    one = look(up, "status", "--json")
    (looked,), (judged,) = status.data["stacks"], due.data["stacks"]
    assert looked["exitCode"] == one.code == 0
    assert looked["data"]["state"] == one.data["state"]
    assert looked["data"]["token"]["fingerprint"] == judged["data"]["fingerprint"] == one.data["token"]["fingerprint"]
    assert (judged["exitCode"], due.code) == (7, 7)
    assert look(up, "fleet", "matrix", "--due", "--json").data["stacks"] == []
