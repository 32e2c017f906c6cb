"""The secret and the job."""

from typing import Any

import pulumi

from components.enterprise_app import EnterpriseApp
from components.principals import Principals
from components.provisioning_connection import ProvisioningConnection
from tests.program.mocked_run import SERVICE_PRINCIPAL, TENANT, USER_ROLE, Directory, Run, configured, run

_PATH = f"/servicePrincipals/{SERVICE_PRINCIPAL}"
_URL = "https://api.example/v1alpha1/scimproxy"


def _run(**settings: Any) -> Run:
    def program() -> None:
        config = configured(provisioning=settings)
        app = EnterpriseApp("app", config, Principals())
        link = ProvisioningConnection("link", app, _URL, "secret value", config.provisioning)
        pulumi.export("job", link.job)

    return run(program, Directory({SERVICE_PRINCIPAL: {"id": SERVICE_PRINCIPAL, "appRoles": [USER_ROLE]}}))


def test_the_secret_holds_address_token_and_every_setting_in_this_order() -> None:
    assert _run().named("secret").inputs == {
        "servicePrincipalId": _PATH,
        "credentials": [
            {"key": "BaseAddress", "value": _URL},
            {"key": "SecretToken", "value": "secret value"},
            {"key": "SyncAll", "value": "false"},
            {"key": "SyncNotificationSettings", "value": '{"Enabled":false,"DeleteThresholdEnabled":false}'},
            {"key": "SkipOutOfScopeDeletions", "value": "False"},
        ],
    }


def test_the_job_is_made_stopped_and_its_status_is_left_to_others() -> None:
    job = _run().named("job")
    assert job.inputs == {"servicePrincipalId": _PATH, "templateId": "scim", "enabled": False}
    assert job.ignored == ["enabled"]


def test_the_secret_comes_after_the_job_which_the_plugin_would_otherwise_keep_waiting() -> None:
    ran = _run()
    assert "job" in ran.named("secret").dependencies
    assert "secret" not in ran.named("job").dependencies


def test_others_get_the_bare_ids() -> None:
    assert _run().exports == {
        "job": {"tenant_id": TENANT, "service_principal_id": SERVICE_PRINCIPAL, "job_id": "scim.tenant.app"}
    }
