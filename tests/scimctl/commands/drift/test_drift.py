"""Whatever somebody else changed is reported in the portal's words and is 7; what is not drift is reported and is 0.

One deployment serves all: it is brought back before each test that breaks something.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.e2e import behind_its_back as behind
from tests.e2e.test_drift import assert_repaired_by_one_up
from tests.e2e.test_existing_app import STRANGER
from tests.e2e.workspace import Said, Workspace, configuration
from tests.full import only_in_full
from tests.scimctl.looking import look

pytestmark = pytest.mark.engine

Json = dict[str, Any]
TOKEN_REFUSED = "GreenLake refuses it: it was deleted, rotated by somebody else, or ended earlier than expected"
CREDENTIALS_REFUSED = "the credentials saved in Entra are refused by GreenLake"
QUARANTINE = "the job is in quarantine (SystemForCrossDomainIdentityManagementCredentialValidationFailure)"


def many_things(workspace: Workspace) -> None:
    """Do what leaves the job and its token as they are."""
    behind.provision_everybody(workspace)
    behind.edit_schema(workspace, behind.edit_mappings)
    behind.remove_assignment(workspace)
    behind.assign(workspace, "GreenLake Operators")
    behind.pause_job(workspace)


def state(workspace: Workspace) -> dict[Path, bytes]:
    """Return all that the backend holds."""
    return {path: path.read_bytes() for path in (workspace.root / "backend").rglob("*.json")}


def of_fleet(workspace: Workspace) -> Said:
    (workspace.root / "fleet.yaml").write_text(f"stacks:\n  {workspace.stack}:\n")
    return look(workspace, "fleet", "drift", "--json")


def found(said: Said) -> list[tuple[str, str, str]]:
    return [(each["kind"], each["place"], each["what"]) for each in said.data["differences"]]


def changed(said: Said) -> dict[str, set[str]]:
    """Return what somebody else changed, by place."""
    places: dict[str, set[str]] = {}
    for kind, place, what in found(said):
        if kind == "changed":
            places.setdefault(place, set()).add(what)
    return places


SCENES: dict[str, tuple[Callable[[Workspace], None], dict[str, set[str]]]] = {
    "settings saved, mappings edited, a group unassigned, a stranger assigned, the job paused": (
        many_things,
        {
            "Attribute mapping": {
                "Group mapping is disabled",
                "User Update is ticked",
                "User.displayName comes from [mail] instead of [displayName]",
                "User.name.givenName is not mapped",
                "User.title is mapped, from [jobTitle], and nobody declared it",
            },
            "Users and groups": {"group GreenLake Administrators is not assigned any more", STRANGER},
            "Provisioning": {"provisioning is stopped (schedule Disabled)"},
            "Admin credentials": {
                "SyncAll is true instead of false",
                (
                    'SyncNotificationSettings is {"Enabled":true,"DeleteThresholdEnabled":false,'
                    '"Recipients":"it@contoso.example"} instead of {"Enabled":false,"DeleteThresholdEnabled":false}'
                ),
            },
        },
    ),
    "secret overwritten in Entra": (behind.overwrite_secret, {"Provisioning": {CREDENTIALS_REFUSED}}),
    "token deleted at GreenLake": (
        behind.delete_token,
        {"SCIM proxy token": {TOKEN_REFUSED}, "Provisioning": {CREDENTIALS_REFUSED}},
    ),
    "quarantine": (behind.quarantine_job, {"Provisioning": {QUARANTINE}}),
    "the job deleted": (
        behind.delete_job,
        {"Provisioning": {"the provisioning job was deleted, and with it its mappings"}},
    ),
    "the application deleted": (
        behind.delete_application,
        {"Enterprise application": {"the application was deleted, and with it all of its provisioning"}},
    ),
}


# What `up --refresh` sends for each promise, by the last part of the path. Its refresh tests the connection as well,
# and a rotation makes a token if GreenLake has none left.
PROMISED = {
    "save the declared credentials": {"secrets"},
    "test the connection": {"validateCredentials"},
    "start provisioning": {"start"},
    "stop provisioning": {"pause"},
    "save the declared mappings": {"schema"},
    "assign it again": {"appRoleAssignedTo"},
    "rotate the token": {"rotate", "secrets", "validateCredentials"},
}
ANYTHING = {"instantiate", "jobs", "proxytoken", *(call for calls in PROMISED.values() for call in calls)}


def sent_by_up(workspace: Workspace) -> set[str]:
    """Return the writes of `pulumi up --refresh`, by the last part of their path."""
    since = workspace.world.last_request()
    assert_repaired_by_one_up(workspace)
    writes = [
        each["path"].rpartition("/")[2]
        for each in workspace.world.requests(since)
        if each["method"] != "GET"
        and each["client"] not in ("engine", None)
        and each["service"] in ("graph", "proxytoken")
    ]
    return set(writes)


@pytest.mark.parametrize("scene", SCENES)
def test_what_was_changed_is_named_in_the_portals_words_also_for_a_fleet_and_up_does_exactly_what_is_promised(
    deployed: Workspace, scene: str
) -> None:
    happen, told = SCENES[scene]
    happen(deployed)

    before = state(deployed)
    said, (of_many,) = look(deployed, "drift", "--json"), of_fleet(deployed).data["stacks"]

    assert (said.code, said.data["drift"], said.data["kind"]) == (7, True, "changed")
    assert (of_many["exitCode"], of_many["data"]["differences"]) == (7, said.data["differences"])
    assert state(deployed) == before
    assert changed(said) == told
    assert all(each["up"] for each in said.data["differences"])
    assert deployed.token() not in said.out + said.err
    promises = " ".join(each["up"] for each in said.data["differences"])
    promised = {call for words, calls in PROMISED.items() if words in promises for call in calls}
    sent = sent_by_up(deployed)
    assert promised <= sent
    also = {"validateCredentials", *({"proxytoken"} if "rotate" in promised else ())}
    assert sent <= (ANYTHING if "make it again" in promises else promised | also)


def test_nothing_is_0_and_writes_nothing_anywhere(up: Workspace) -> None:
    before = state(up)
    since = up.world.last_request()

    said = look(up, "drift")

    assert (said.code, said.out) == (0, "no drift\n")
    assert state(up) == before
    sent = [each for each in up.world.requests(since) if each["service"] != "login"]
    assert {(each["method"], each["path"].rpartition("/")[2]) for each in sent if each["method"] != "GET"} == {
        ("POST", "validateCredentials")
    }


def test_a_rotation_that_is_due_and_a_stack_file_that_changed_are_distinguished_from_drift(deployed: Workspace) -> None:
    deployed.configure(
        configuration(
            deployed.world,
            token={"every": "60d", "rotateWhenChanged": {"audit": "1"}},
            provisioning={"status": "off"},
            access={"groups": ["GreenLake Administrators", "GreenLake Viewers"]},
        )
    )

    said = look(deployed, "drift", "--json")

    assert (said.code, said.data["drift"], said.data["kind"]) == (0, False, "rotation")
    since = "since the stack file or the program has changed since the last `up`"
    assert found(said) == [
        ("rotation", "SCIM proxy token", "a rotation is due: trigger changed: audit"),
        ("pending", "Provisioning", f"Provisioning: update, {since}"),
        ("pending", "Users and groups", f"group GreenLake Viewers: create, {since}"),
    ]


@only_in_full("takes two ups; the judgement is shown by test_differences.py")
def test_an_open_overlap_is_untested_and_no_drift(deployed: Workspace) -> None:
    deployed.world.set(old_token_ends="delay", old_token_delay_s=3600)
    deployed.configure(configuration(deployed.world, token={"every": "60d", "rotateWhenChanged": {"audit": "2"}}))
    deployed.world.fail({"service": "graph", "path": "validateCredentials$", "times": 1000, "status": 403})
    assert deployed.up().code == 1
    deployed.world.fail()

    said = look(deployed, "drift", "--json")

    assert (said.code, said.data["kind"]) == (0, "untested")
    assert found(said) == [
        ("untested", "SCIM proxy token", "not presented to GreenLake: the overlap of the last rotation is open")
    ]
    assert deployed.token() not in said.out + said.err


def test_a_plugin_that_the_engine_has_no_time_left_to_end_is_not_a_failure(up: Workspace, tmp_path: Path) -> None:
    """The engine ends plugins in any order: five times in six one of ours comes before the last of azuread."""
    deaf = tmp_path / "python"
    deaf.write_text("#!/bin/sh\ntrap '' INT\nexec python3 \"$@\"\n")
    deaf.chmod(0o755)

    said = up.scimctl("drift", "--json", PULUMI_PYTHON_CMD=str(deaf))

    assert (said.code, said.data["kind"]) == (0, "nothing"), said.err


def test_a_greenlake_that_does_not_answer_is_untested_and_1_which_is_neither_drift_nor_an_all_clear(
    up: Workspace,
) -> None:
    up.world.fail({"service": "scim", "times": 1000, "status": 503})

    said = look(up, "drift", "--json")

    up.world.fail()
    assert (said.code, said.data["drift"]) == (1, False)
    assert found(said) == [
        ("untested", "SCIM proxy token", "GreenLake gave no answer that shows whether it is accepted"),
        (
            "untested",
            "Provisioning",
            "Entra does not reach GreenLake (CredentialValidationUnavailable), so nothing was tested",
        ),
    ]


def test_what_could_not_be_read_at_all_is_1_with_a_line_a_cause(up: Workspace) -> None:
    said = look(up, "drift", ARM_CLIENT_SECRET="wrong-canary")

    assert (said.code, said.out) == (1, "")
    lines = [line for line in said.err.splitlines() if line.startswith("scimctl: ")]
    assert any("the client secret is wrong: check ARM_CLIENT_SECRET" in line for line in lines)
    assert len(lines) == len(set(lines))
    assert "Traceback" not in said.err
    assert "wrong-canary" not in said.err
