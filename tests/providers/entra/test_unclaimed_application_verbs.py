from typing import Any

import pytest

from providers.entra.unclaimed_application import UnclaimedApplicationProvider
from providers.errors import StoppedError, UnauthorizedError
from providers.state.schema import APPLICATION
from tests.providers.entra.conftest import SETTLE_SECONDS
from tests.providers.verbs import Properties, Verbs
from tests.sandbox.driver import World
from tests.sandbox.provisioning.application import Application

pytestmark = pytest.mark.usefixtures("settled_soon")

VERBS = Verbs(UnclaimedApplicationProvider())


def inputs(application: Application, **changes: Any) -> Properties:
    return {
        "tenant_id": application.world.tenant_id,
        "service_principal_id": application.service_principal,
        "application_name": "SSO-Integration",
        "principals": [],
        "credential_keys": ["BaseAddress", "SecretToken", "SyncAll"],
        **changes,
    }


@pytest.fixture
def clean(application: Application) -> Application:
    """An application without a job; its saved credentials have keys that are declared."""
    application.graph.delete(application.path).raise_for_status()
    return application


def writes(world: World) -> list[str]:
    return [one["path"] for one in world.requests() if one["service"] == "graph" and one["method"] != "GET"]


def stopped(application: Application, **changes: Any) -> str:
    """Return the message about an application that is not taken, and check that nothing was written."""
    before = writes(application.world)
    with pytest.raises(StoppedError) as caught:
        VERBS.create(inputs(application, **changes))
    assert writes(application.world) == before
    return str(caught.value)


def test_an_application_that_nobody_set_up_is_taken_as_it_is(clean: Application) -> None:
    before = writes(clean.world)

    made = VERBS.created(inputs(clean))

    assert made.id == clean.service_principal
    assert made.outs == {
        "tenant_id": clean.world.tenant_id,
        "service_principal_id": clean.service_principal,
        "schema_version": APPLICATION.version,
    }
    assert writes(clean.world) == before


def test_what_was_just_cleared_away_stops_no_run_although_reads_still_show_it(
    application: Application,
) -> None:
    application.world.set(read_lag_s=SETTLE_SECONDS)
    application.graph.delete(application.path).raise_for_status()

    assert VERBS.created(inputs(application)).id == application.service_principal


def test_an_application_that_provisions_already_stops_and_points_to_the_adoption(application: Application) -> None:
    application.save(SyncNotificationSettings='{"Enabled":true}')

    assert stopped(application) == (
        f"SSO-Integration: nothing was changed: it has a synchronization job already ({application.job}): run `scimctl "
        "adopt --app SSO-Integration`, which takes over what was set up, or delete it in the portal (Provisioning) if "
        "nobody uses it"
    )


def test_notification_settings_of_the_portal_stop(clean: Application) -> None:
    clean.save(SyncNotificationSettings='{"Enabled":true}')

    assert "notification settings were made in the portal" in stopped(clean)
    declared = [*inputs(clean)["credential_keys"], "SyncNotificationSettings"]
    assert VERBS.create(inputs(clean, credential_keys=declared))


def test_settings_that_are_switched_off_are_nobodys_so_what_a_destroy_leaves_is_taken_again(clean: Application) -> None:
    off = '{"Enabled":false,"DeleteThresholdEnabled":false,"DeleteThresholdValue":5}'
    clean.save(SyncNotificationSettings=off, SkipOutOfScopeDeletions="False")
    assert VERBS.create(inputs(clean))

    clean.save(SyncNotificationSettings='{"Enabled":false,"DeleteThresholdEnabled":true}')
    assert "notification settings were made in the portal" in stopped(clean)

    clean.save(SkipOutOfScopeDeletions="True")
    assert "it holds saved credentials that nobody declared (SkipOutOfScopeDeletions)" in stopped(clean)


def test_a_group_that_is_assigned_already_stops_where_it_is_to_be_assigned(clean: Application) -> None:
    group = clean.new_group(displayName="Sales")
    clean.assign(group)

    assert "Group Sales is assigned already: remove the assignment in the portal" in stopped(clean, principals=[group])
    assert VERBS.create(inputs(clean, principals=["another"]))


def test_an_application_that_is_not_for_provisioning_stops(clean: Application) -> None:
    app = clean.graph.post("applications", json={"displayName": "Plain"}).raise_for_status().json()
    made = clean.graph.post("servicePrincipals", json={"appId": app["appId"]}).raise_for_status().json()

    assert "it offers no synchronization template `scim`" in stopped(clean, service_principal_id=made["id"])


def test_everything_that_was_found_is_reported_in_one_line(clean: Application) -> None:
    clean.save(SyncNotificationSettings='{"Enabled":true}', Password="x")

    said = stopped(clean)

    assert said.count("; ") == 1
    assert "\n" not in said


def test_a_missing_permission_stops_too(here: World, clean: Application) -> None:
    here.set(permissions=["Application.Read.All"])

    with pytest.raises(UnauthorizedError, match=r"grant the application permission Synchronization.ReadWrite.All"):
        VERBS.create(inputs(clean))


def test_only_another_application_is_looked_at_again(application: Application) -> None:
    recorded = {name: inputs(application)[name] for name in ("tenant_id", "service_principal_id")}
    olds = APPLICATION.stamped(recorded)

    same = VERBS.diff(olds, inputs(application, principals=["more"], credential_keys=[]))
    assert (same.changes, same.replaces) == (False, [])
    other = VERBS.diff(olds, inputs(application, service_principal_id="another"))
    assert (other.changes, other.replaces) == (True, ["service_principal_id"])
