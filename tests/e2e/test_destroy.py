"""Destroy leaves nothing alive that could push or log in, and prod cannot be destroyed by accident."""

import pytest

from providers.entra.application.saved_credentials import NOTIFICATIONS_OFF
from tests.e2e.conftest import Make
from tests.e2e.test_existing_app import THEIRS, existing
from tests.e2e.workspace import Workspace, configuration, writes

pytestmark = pytest.mark.engine


def test_destroy_leaves_no_live_token_app_or_job_although_credentials_are_refused_and_the_users_stay(
    deployed: Workspace,
) -> None:
    deployed.configure(configuration(deployed.world, provisioning={"deleteThreshold": 17}))
    assert deployed.up().code == 0
    since = deployed.world.last_request()
    deployed.world.fail({"method": "PUT", "path": "/secrets$", "client": "program", "times": 99, "status": 400})
    done = deployed.destroy()
    assert done.code == 0, done.text
    assert [each for each in writes(deployed.world, since) if each.endswith("/secrets")] == []
    seen = deployed.world.control("GET")
    assert [each for each in seen["tokens"] if each["live"]] == seen["jobs"] == []
    assert seen["provisioned"]["users"] > 0
    assert deployed.destroy().code == 0


def test_a_destroy_empties_the_credentials_of_an_application_that_stays_and_the_next_up_takes_it_again(
    make: Make,
) -> None:
    workspace = existing(make, provisioning={"deleteThreshold": 17, "skipOutOfScopeDeletions": True})
    workspace.world.set(secrets_put="merges")
    assert workspace.up().code == 0
    secrets = f"servicePrincipals/{workspace.outputs()['service_principal_id']}/synchronization/secrets"
    workspace.configure(configuration(workspace.world, app=THEIRS))
    done = workspace.up()
    assert done.code == 0, done.text
    assert workspace.preview("--refresh").code == 0
    since = workspace.world.last_request()
    done = workspace.destroy()
    assert done.code == 0, done.text
    sent = [each.rpartition("/")[2] for each in writes(workspace.world, since)]
    assert sent.index("pause") < sent.index("secrets")
    with workspace.world.graph("admin_client") as graph:
        assert graph.get(secrets).json()["value"] == [{"key": "SyncNotificationSettings", "value": NOTIFICATIONS_OFF}]
    assert workspace.up().code == 0


def test_a_group_leaves_prod_by_an_edit_and_a_destroy_of_prod_sends_no_write_at_all(make: Make) -> None:
    names = ["GreenLake Administrators", "GreenLake Operators"]
    workspace = make(stack="prod", protect=True, access={"groups": names})
    assert workspace.up().code == 0
    workspace.configure(configuration(workspace.world, protect=True, access={"groups": names[:1]}))
    done = workspace.up()
    assert done.code == 0, done.text
    assert [each["type"] for each in workspace.resources()].count(
        "azuread:index/appRoleAssignment:AppRoleAssignment"
    ) == 1
    since = workspace.world.last_request()
    for arguments in ([], ["--skip-preview"], ["--skip-preview", "--continue-on-error"]):
        refused = workspace.pulumi("destroy", "--yes", *arguments)
        assert refused.code != 0
        assert "protect" in refused.text
    assert writes(workspace.world, since) == []
    assert workspace.preview("--refresh").code == 0
