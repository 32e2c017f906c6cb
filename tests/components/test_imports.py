"""What was adopted is imported as long as it is there; read over real HTTP."""

from collections.abc import Iterator

import pulumi
import pytest

from components.enterprise_app import EnterpriseApp
from components.group_assignments import GroupAssignments
from components.imports import find_imports
from components.principals import Principal
from components.provisioning_connection import ProvisioningConnection
from stacks.adopted import Adopted
from stacks.tenant import TENANT_KEY
from tests.program.mocked_run import USER_ROLE, Directory, Run, configured, run
from tests.sandbox.driver import World
from tests.sandbox.provisioning.application import Application, connected


@pytest.fixture
def application(world: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[Application]:
    """An application of a world that the environment names."""
    for name, value in world.environ().items():
        monkeypatch.setenv(name, value)
    with connected(world) as ready:
        yield ready


def _path(application: Application) -> str:
    return f"/servicePrincipals/{application.service_principal}"


def test_the_job_and_the_assignments_are_found_by_their_ids(application: Application) -> None:
    group = application.new_group()
    assignment = application.assign(group)
    found = find_imports(
        application.world.tenant_id, application.service_principal, Adopted(job=application.job), application.role
    )
    assert found.job_path == f"{_path(application)}/synchronization/jobs/{application.job}"
    assert found.assignment_path(group) == f"{_path(application)}/appRoleAssignedTo/{assignment}"


def test_what_is_there_no_more_is_made_anew(application: Application) -> None:
    group = application.new_group()
    assignment = application.assign(group)
    application.unassign(assignment)
    found = find_imports(
        application.world.tenant_id, application.service_principal, Adopted(job="scim.gone"), application.role
    )
    assert (found.job_path, found.assignment_path(group)) == ("", "")


def test_an_assignment_with_another_role_is_not_imported(application: Application) -> None:
    group = application.new_group()
    application.assign(group)
    found = find_imports(
        application.world.tenant_id, application.service_principal, Adopted(job=application.job), "another role"
    )
    assert found.assignment_path(group) == ""


def test_an_application_that_cannot_be_read_stops_the_run_in_one_line(application: Application) -> None:
    with pytest.raises(pulumi.RunError) as stopped:
        find_imports(
            application.world.tenant_id,
            "00000000-0000-4000-8000-000000000000",
            Adopted(job=application.job),
            application.role,
        )
    assert str(stopped.value).startswith("adopted: Graph: list the synchronization jobs was answered 404")
    assert "\n" not in str(stopped.value)


def _run(application: Application, adopted: dict[str, object]) -> Run:
    principal = {"objectId": application.service_principal, "displayName": "SSO", "appRoles": [USER_ROLE]}
    tenant = {TENANT_KEY: application.world.tenant_id}
    config = configured(**tenant, app={"name": "SSO", "mode": "existing"}, adopted=adopted, protect=True)

    def program() -> None:
        app = EnterpriseApp("app", config, [])
        link = ProvisioningConnection("link", app, "https://api.example", "secret value", config.secret_settings)
        GroupAssignments("access", [Principal("group A", (), "a")], app)
        pulumi.export("principal", link.job["service_principal_id"])

    return run(program, Directory({"SSO": principal}))


def test_an_adopted_application_is_looked_up_and_its_job_is_imported_with_its_template(
    application: Application,
) -> None:
    ran = _run(application, {"job": application.job, "template": "customappsso"})
    assert "UnclaimedApplication" not in [each.kind for each in ran.registrations]
    job = ran.named("job")
    assert job.imported == f"{_path(application)}/synchronization/jobs/{application.job}"
    assert job.inputs["templateId"] == "customappsso"
    assert ran.named("secret").imported == ""
    assert ran.named("group A").imported == ""
    assert ran.exports == {"principal": application.service_principal}
